'use server';
/** What the sign-in pages send. Each counts by address here; those that know a mail address count by it too. */
import { redirect } from 'next/navigation';
import { z } from 'zod';
import { confirmLink, linkSchema } from '../_server/auth/confirm-link.ts';
import { anyPassword, mailAddress, newPassword } from '../_server/auth/credentials.ts';
import { requestMail } from '../_server/auth/mail-again.ts';
import { setNewPassword } from '../_server/auth/new-password.ts';
import { signIn } from '../_server/auth/sign-in.ts';
import { signUp } from '../_server/auth/sign-up.ts';
import { localPath } from '../_server/local-path.ts';
import { publicAction } from '../_server/public-action.ts';

const signInSchema = z.object({ email: mailAddress, password: anyPassword, next: z.string().optional() });

export const submitSignIn = publicAction(signInSchema, 'signInAddress', async (visit, { email, password, next }) => {
  await signIn(visit, { email, password });
  redirect(localPath(next, '/overview'));
});

export const submitSignUp = publicAction(z.object({ email: mailAddress, password: newPassword }), 'signUpAddress', async (visit, input) => {
  await signUp(visit, input);
  redirect('/check-mail');
});

export const submitForgotPassword = publicAction(z.object({ email: mailAddress }), 'resetAddress', async (visit, { email }): Promise<void> => {
  await requestMail(visit, 'reset', email);
  redirect('/check-mail?for=reset');
});

export const submitConfirmationAgain = publicAction(z.object({ email: mailAddress }), 'resetAddress', async (visit, { email }) => {
  await requestMail(visit, 'confirmation', email);
});

export const submitLink = publicAction(linkSchema, 'confirmAddress', async (_visit, link) => {
  redirect(await confirmLink(link));
});

export const submitNewPassword = publicAction(z.object({ password: newPassword }), 'confirmAddress', async (_visit, { password }) => {
  await setNewPassword(password);
  redirect('/sign-in?notice=password-changed');
});
