/** Opaque page tokens, bound to every other parameter of the request: a token sent with another question is refused. */
import { badRequest } from './api-error.ts';
import { hashText } from './random.ts';

/** @param position where the next page starts: a bucket's start or a row's index. @param asked the request's fingerprint. */
export function cursorFor(position: number, asked: string): string {
  return `page_${Buffer.from(`${position}.${hashText(asked)}`).toString('base64url')}`;
}

/** @throws ApiError when the token is malformed or belongs to other parameters. */
export function positionOf(cursor: string, asked: string): number {
  const [position, owner] = Buffer.from(cursor.replace(/^page_/, ''), 'base64url').toString('utf8').split('.');
  if (!cursor.startsWith('page_') || !/^\d+$/.test(position ?? '') || owner !== String(hashText(asked))) {
    throw badRequest('Invalid page token: it does not belong to these parameters.', 'page');
  }
  return Number(position);
}
