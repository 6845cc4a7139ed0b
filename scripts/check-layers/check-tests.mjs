/**
 * Each module with logic has a test of the same name, and each test has its module. The entries of bundles join
 * tested modules to a page: journeys in browsers test them.
 */
export function checkTests({ modules, tests }, rules) {
  const { otherTestFolders, comparisons, withoutTwin, bundledEntries } = rules
  const cases = tests.filter(
    (file) => file.endsWith('.test.ts') && !otherTestFolders.includes(file.split('/')[1]),
  )
  const tested = new Set(cases.map(subjectOf))
  return [
    ...cases
      .filter(
        (file) => !comparisons.includes(subjectOf(file)) && !hasModule(subjectOf(file), modules),
      )
      .map((file) => ({
        file,
        message: `tests src/${subjectOf(file)}.ts, which doesn't exist: rename the test after the module that it tests`,
      })),
    ...[...modules].flatMap(([file, { hasLogic }]) => {
      const subject = file.replace(/^src\//, '').replace(/\.[jt]s$/, '')
      const needsTwin = hasLogic && !tested.has(subject) && !bundledEntries.includes(file)
      if (needsTwin === file in withoutTwin) return []
      const message = needsTwin
        ? `has logic but no test: write test/${subject}.test.ts`
        : 'needs no exception: remove it from scripts/check-layers/without-twin.mjs'
      return [{ file, message }]
    }),
    ...Object.keys(withoutTwin)
      .filter((file) => !modules.has(file))
      .map((file) => ({
        file,
        message: "doesn't exist: remove it from scripts/check-layers/without-twin.mjs",
      })),
  ]
}

/** `test/a/b.test.ts` and `test/a/b.aspect.test.ts` → `a/b`. */
function subjectOf(test) {
  return test.replace(/^test\//, '').replace(/\.[^/]*$/, '')
}

function hasModule(subject, modules) {
  return ['ts', 'js'].some((extension) => modules.has(`src/${subject}.${extension}`))
}
