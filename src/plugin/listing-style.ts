import { readFile } from 'node:fs/promises'
import { installedFile } from '../native/installed-file.js'
import { reportLoss } from '../native/report-loss.js'
import { type InlineStyle, inlineStyle } from '../pages/inline-style.js'
import type { Settings } from '../settings/settings.js'

/** The stylesheet of listings in a registration that has no route for it; undefined where none is needed. */
export async function readListingStyle({
  list,
  pages,
}: Pick<Settings, 'list' | 'pages'>): Promise<InlineStyle | undefined> {
  if (list === undefined || pages) return undefined
  try {
    const url = installedFile('../pages/built/listing.css')
    if (url === undefined) throw new Error('a bundle has no URL')
    return inlineStyle(await readFile(url, 'utf8'))
  } catch (error) {
    const effect = 'listings have no style'
    const part = 'dist/pages/built/listing.css'
    reportLoss({ part, reason: (error as Error).message, effect })
    return undefined
  }
}
