import { guard, isGuarded } from './guard.js'

export { guard } from './guard.js'

/** Guards every media element below a node, but for those with `data-lastbyte="off"`. */
function guardAll(node: Node): void {
  if (!(node instanceof Element)) return
  const found = Array.from(node.querySelectorAll<HTMLMediaElement>('video,audio'))
  if (node instanceof HTMLMediaElement) found.push(node)
  for (const media of found) {
    if (media.dataset.lastbyte !== 'off' && !isGuarded(media)) guard(media)
  }
}

guardAll(document.documentElement)
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) Array.from(addedNodes, guardAll)
}).observe(document, { childList: true, subtree: true })
