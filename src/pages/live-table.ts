/**
 * A table that a script keeps up to date, in HTML; its title is the element `ID-title`.
 *
 * @param none what is shown instead of a table without rows
 */
export function liveTable(
  id: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  none: string,
): string {
  const heads = columns.map((column) => `<th scope="col">${column}</th>`).join('')
  return `<table class="lb-cards" aria-labelledby="${id}-title"${rows.length === 0 ? ' hidden' : ''}>
<thead><tr>${heads}</tr></thead>
<tbody id="${id}">
${rows.map((cells) => tableRow(columns, cells)).join('\n')}
</tbody>
</table>
<p id="no-${id}"${rows.length > 0 ? ' hidden' : ''}>${none}</p>`
}

/** A row of a table, whose cells name their column where a narrow screen shows them below each other. */
export function tableRow(columns: readonly string[], cells: readonly string[]): string {
  const data = cells.map((cell, index) => `<td data-label="${columns[index]}">${cell}</td>`)
  return `<tr>${data.join('')}</tr>`
}
