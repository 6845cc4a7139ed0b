// Modules that have no test of their own yet. Only remove lines here; add a test instead of a line.
export const WITHOUT_TWIN = {
  'src/testing/playwright.ts': 'runs within Playwright alone: test/journey/test-frameworks.tap.ts',
}
