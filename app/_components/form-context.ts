'use client';
import { createContext } from 'react';

/** What a form's fields and buttons know of the last answer and of the one under way. */
export type FormStatus = { readonly fieldErrors: Readonly<Record<string, string>>; readonly pending: boolean };

export const FormContext = createContext<FormStatus | null>(null);
