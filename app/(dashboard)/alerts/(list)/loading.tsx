import { Loading, Skeleton } from '#app/_components/skeleton.tsx';

/** Header, two budgets, a list. */
export default function AlertsLoading() {
  return (
    <Loading>
      <Skeleton className="h-9 w-32" />
      <Skeleton className="mt-2 h-5 w-96 max-w-full" />
      <div className="graduation mt-6 mb-6 h-2 opacity-70" />
      <Skeleton className="h-80" />
      <Skeleton className="mt-6 h-96" />
    </Loading>
  );
}
