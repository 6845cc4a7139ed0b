import { basename, dirname } from 'node:path'

const RULES_FILE = 'scripts/check-layers/rules.mjs'

/** Files and folders that the layout doesn't list, and names that say nothing. */
export function checkPlacement({ files, tests }, rules) {
  return [
    ...files.flatMap((file) => placementOf(file, rules)),
    ...[...files, ...tests].flatMap((file) => emptyNameOf(file, rules)),
  ]
}

function placementOf(file, { layers, topLevelFiles, subFolders }) {
  const [, top, ...rest] = file.split('/')
  const what = `docs/architecture.md says where each concept belongs; a new place is added to ${RULES_FILE}`
  if (rest.length === 0) {
    const isListed = topLevelFiles.some((name) => top === `${name}.ts`)
    return isListed
      ? []
      : [{ file, message: `top-level file of src/ that isn't listed: move it; ${what}` }]
  }
  if (!layers.flat().includes(top) || topLevelFiles.includes(top))
    return [{ file, message: `top-level folder src/${top}/ isn't listed: move the file; ${what}` }]
  const sub = rest.slice(0, -1).join('/')
  return sub === '' || subFolders[top]?.includes(sub)
    ? []
    : [{ file, message: `sub-folder src/${top}/${sub}/ isn't listed: move the file; ${what}` }]
}

/** Judges each dash-separated word of the file's name and of its folders' names. */
function emptyNameOf(file, { emptyNames }) {
  const name = basename(file).replace(/\..*$/, '')
  const words = [...dirname(file).split('/'), name].flatMap((part) => part.split(/[-_]/))
  const found = words.find((word) => emptyNames.includes(word.toLowerCase()))
  return found === undefined
    ? []
    : [
        {
          file,
          message: `"${found}" says nothing about the contents: name the file by its concept`,
        },
      ]
}
