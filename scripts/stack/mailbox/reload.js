// Reloads the page when a mail came or went. A person who is typing a filter is left alone.
const shown = Number(document.body.dataset.version);

async function reloadWhenChanged() {
  if (document.visibilityState !== 'visible' || document.activeElement instanceof HTMLInputElement) return;
  try {
    const response = await fetch('/api/version');
    const { version } = await response.json();
    if (version !== shown) location.reload();
  } catch {
    // The stack was stopped; the page stays readable.
  }
}

setInterval(() => void reloadWhenChanged(), 2000);
