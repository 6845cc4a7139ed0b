// docs/pages.md: the pictures, with what each page does.
import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'

const INTRODUCTION = `# The pages

Pictures of every page of \`lastbyte serve\`, in a window of 1280 × 800 and on a phone of 390 × 844, with the light and the dark
colour scheme of the system. \`npm run screenshots\` makes them and this page. A journey checks each page in both schemes:
axe-core finds nothing, a phone scrolls in one direction alone, the keyboard reaches every control, and nothing is requested
from another origin.
`

export function writeDocument(file, images, pages) {
  const sections = pages.map(({ name, title, says }) => {
    const picture = (size, scheme, width) =>
      `<img src="${relative('docs', images)}/${name}-${size}-${scheme}.webp" width="${width}" alt="${title}, ${size}, ${scheme}">`
    const rows = ['light', 'dark'].map(
      (scheme) => `| ${picture('desktop', scheme, 560)} | ${picture('phone', scheme, 170)} |`,
    )
    return `## ${title}\n\n${says}\n\n| 1280 × 800 | 390 × 844 |\n| --- | --- |\n${rows.join('\n')}\n`
  })
  writeFileSync(file, [INTRODUCTION, ...sections].join('\n'))
}
