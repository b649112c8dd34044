import { Loading, Skeleton } from '#app/_components/skeleton.tsx';

/** The overview's shape, part by part in its own size, so that nothing moves when the figures come. */
export default function OverviewLoading() {
  return (
    <Loading>
      <Skeleton className="h-9 w-44" />
      <Skeleton className="mt-2 h-5 w-80 max-w-full" />
      <div className="graduation mt-6 mb-6 h-2 opacity-70" />
      <Skeleton className="h-180 lg:h-85" />
      <Skeleton className="mt-6 mb-3 h-9" />
      <Skeleton className="h-108" />
      <div className="mt-4 grid gap-4 lg:grid-cols-2">
        <Skeleton className="h-98" />
        <Skeleton className="h-98" />
      </div>
    </Loading>
  );
}
