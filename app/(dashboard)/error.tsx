'use client';
import { ErrorPage } from '#app/_components/error-page.tsx';

/** Inside the frame: the navigation stays. */
export default function DashboardError(props: { error: Error & { digest?: string }; reset: () => void }) {
  return <ErrorPage {...props} />;
}
