import { expect, it } from 'vitest'
import { ALL_CHECKS } from '../../../src/check/all-checks.js'
import { checkListJson, checkListText } from '../../../src/check/report/check-list.js'

it('the list has the id, the requirement, the section, the strength and the level of each check', () => {
  const text = checkListText(ALL_CHECKS)
  const flat = text.replace(/\s+/g, ' ')
  for (const { id, requirement, section, strength, level } of ALL_CHECKS) {
    const of = `${id} (${strength}, ${section}${level === undefined ? '' : `, level ${level}`})`
    expect(flat).toContain(`${of} ${requirement}`)
  }
  expect(text).toMatch(/^validators\n {2}\S+ \(/)
})

it('as JSON it is an array of objects', () => {
  const list = JSON.parse(checkListJson(ALL_CHECKS))
  expect(list.map(({ id }: { id: string }) => id)).toEqual(ALL_CHECKS.map(({ id }) => id))
  const [{ id, group, requirement, section, strength, harm }] = ALL_CHECKS as [
    (typeof ALL_CHECKS)[number],
  ]
  expect(list[0]).toMatchObject({ id, group, requirement, section, strength, harm })
})
