import { guard } from './guard.js'

export { guard } from './guard.js'

const MEDIA = 'video, audio'

/** Guards every media element below a node, but for those with `data-lastbyte="off"`. */
function guardAll(node: Node): void {
  if (!(node instanceof Element)) return
  const found = [
    ...Array.from(node.querySelectorAll(MEDIA)),
    ...(node.matches(MEDIA) ? [node] : []),
  ]
  for (const media of found) {
    if (media.getAttribute('data-lastbyte') !== 'off') guard(media as HTMLMediaElement)
  }
}

guardAll(document.documentElement)
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) Array.from(addedNodes, guardAll)
}).observe(document, { childList: true, subtree: true })
