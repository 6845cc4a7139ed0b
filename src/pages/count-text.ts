/** `2 folders, 1 file`; with a filter also how many there are in all. */
export function countText(
  counted: { readonly folders: number; readonly files: number },
  { filter, total }: { readonly filter: string; readonly total: number },
): string {
  const shown = counted.folders + counted.files
  if (filter !== '') return `${shown.toLocaleString('en')} of ${plural(total, 'name')} match`
  if (shown === 0) return 'This folder is empty.'
  return [
    counted.folders > 0 ? plural(counted.folders, 'folder') : '',
    counted.files > 0 ? plural(counted.files, 'file') : '',
  ]
    .filter(Boolean)
    .join(', ')
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}
