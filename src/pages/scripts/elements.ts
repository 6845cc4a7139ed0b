/** The first element for a selector, which the page has. */
export function find<T extends Element>(selector: string, within: ParentNode = document): T {
  return within.querySelector(selector) as T
}

/** A new element with these properties. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(tag), properties)
}
