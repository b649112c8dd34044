/** How a provider looks everywhere: one name, one hue. */
const LOOKS: Readonly<Record<string, { name: string; colour: string }>> = {
  openai: { name: 'OpenAI', colour: 'var(--chart-openai)' },
  anthropic: { name: 'Anthropic', colour: 'var(--chart-anthropic)' },
  google: { name: 'Google', colour: 'var(--chart-google)' },
  azure: { name: 'Azure', colour: 'var(--chart-azure)' },
  bedrock: { name: 'AWS Bedrock', colour: 'var(--chart-bedrock)' },
  mistral: { name: 'Mistral', colour: 'var(--chart-mistral)' },
};

export function providerName(provider: string): string {
  return LOOKS[provider]?.name ?? provider;
}

/** A CSS colour that follows light and dark. */
export function providerColour(provider: string): string {
  return LOOKS[provider]?.colour ?? 'var(--chart-other)';
}

const SERIES = ['openai', 'anthropic', 'google', 'bedrock', 'mistral', 'azure', 'other'] as const;

/** For series that are not providers (models, projects): the same palette in a fixed order, `other` for the rest. */
export function seriesColour(index: number): string {
  return `var(--chart-${SERIES[Math.min(index, SERIES.length - 1)]})`;
}
