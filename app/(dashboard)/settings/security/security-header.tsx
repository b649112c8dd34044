import { PageHeader } from '#app/_components/page-header.tsx';
import { Subnav } from '#app/_components/subnav.tsx';

const TABS = [
  { href: '/settings/security', name: 'Openings of keys' },
  { href: '/settings/security/entries', name: 'All entries' },
] as const;

export function SecurityHeader() {
  return (
    <>
      <PageHeader title="Security">Every use of every key, written down before it happens.</PageHeader>
      <Subnav label="Security" items={TABS} />
    </>
  );
}
