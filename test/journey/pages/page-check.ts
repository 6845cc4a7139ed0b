import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Axe {
  run(options: object): Promise<{
    readonly violations: readonly {
      readonly id: string
      readonly nodes: readonly { readonly html: string }[]
    }[]
  }>
}

/** What axe-core finds, as lines. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  return page.evaluate(async () => {
    const { axe } = window as unknown as { readonly axe: Axe }
    const { violations } = await axe.run({ resultTypes: ['violations'] })
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`),
    )
  })
}

/** Controls that can be seen and that the Tab key doesn't reach, by their markup. */
export async function unreachedControls(page: Page): Promise<string[]> {
  const count = await page.evaluate(() => {
    // A dialog that is modal keeps the focus.
    const root = document.querySelector('dialog:modal') ?? document
    const controls =
      'a[href], button, input:not([type=hidden]), select, textarea, summary, video[controls], audio[controls]'
    const visible = [...root.querySelectorAll<HTMLElement>(controls)].filter(
      (control) =>
        control.checkVisibility({ visibilityProperty: true }) && !control.matches(':disabled'),
    )
    Object.assign(window, { unreached: new Set(visible) })
    ;(document.activeElement as HTMLElement | null)?.blur()
    return visible.length
  })
  // Parts of a player are in its shadow tree.
  for (let pressed = 0; pressed < count + 40; pressed += 1) {
    await page.keyboard.press('Tab')
    const left = await page.evaluate(() => {
      const { unreached } = window as unknown as { readonly unreached: Set<Element | null> }
      unreached.delete(document.activeElement)
      return unreached.size
    })
    if (left === 0) return []
  }
  return page.evaluate(() => {
    const { unreached } = window as unknown as { readonly unreached: Set<Element> }
    return [...unreached].map((control) => control.outerHTML.slice(0, 200))
  })
}

/** px by which a page can be scrolled sideways, with what is widest. */
export function overflow(page: Page): Promise<{ readonly px: number; readonly widest: string }> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    const right = (element: Element) => element.getBoundingClientRect().right
    const [widest] = [...document.body.querySelectorAll('*')].sort((a, b) => right(b) - right(a))
    return { px: scrollWidth - clientWidth, widest: widest?.outerHTML.slice(0, 120) ?? '' }
  })
}
