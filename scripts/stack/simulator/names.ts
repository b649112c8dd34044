/** Naming shared by the two organisations of a customer. */

/** `demo` is Halcyon Robotics; any other customer is called after its name in the keys. */
export function organizationName(org: string): string {
  return org === 'demo' ? 'Halcyon Robotics' : org;
}

export function mailAddress(name: string, org: string): string {
  const plain = name.normalize('NFD').replace(/[^A-Za-z ]/g, '').toLowerCase().replace(/ /g, '.');
  return `${plain}@${org === 'demo' ? 'halcyon' : org.toLowerCase().replace(/[^a-z0-9]/g, '')}.example`;
}

export function byName<Name extends string, Facts, Made>(all: Record<Name, Facts>, make: (name: Name, facts: Facts) => Made): Record<Name, Made> {
  return Object.fromEntries(Object.entries<Facts>(all).map(([name, facts]) => [name, make(name as Name, facts)])) as Record<Name, Made>;
}
