import { Loading, Skeleton } from './skeleton.tsx';

/** The shape of a page: header, three figures, a chart. For a `loading.tsx`, or as the fallback of a Suspense. */
export function PageSkeleton() {
  return (
    <Loading>
      <Skeleton className="h-9 w-56" />
      <Skeleton className="mt-2 h-5 w-80 max-w-full" />
      <div className="graduation mt-6 mb-6 h-2 opacity-70" />
      <div className="grid gap-4 sm:grid-cols-3">
        <Skeleton className="h-28" />
        <Skeleton className="h-28" />
        <Skeleton className="h-28" />
      </div>
      <Skeleton className="mt-4 h-80" />
    </Loading>
  );
}
