package io.jenkins.plugins.octavo.gate;

import java.util.Map;

/**
 * What tests and quality gate of a planned microservice came to, in the reader's language where the plan has numbers.
 *
 * @param testWords in the engine's words
 * @param tests numbers; empty where none were run, or an older engine made the plan
 * @param qualityWords in the engine's words
 * @param quality status and numbers; empty as those of the tests
 */
record PlannedChecks(String testWords, Map<?, ?> tests, String qualityWords, Map<?, ?> quality) {
    static PlannedChecks of(Map<?, ?> json) {
        return new PlannedChecks(
                GatePlan.text(json, "tests"),
                numbers(json, "testCounts"),
                GatePlan.text(json, "quality"),
                numbers(json, "qualityGate"));
    }

    private static Map<?, ?> numbers(Map<?, ?> json, String key) {
        return json.get(key) instanceof Map<?, ?> map ? map : Map.of();
    }

    /** {@code ""} where nothing is known. */
    String testSentence() {
        if (tests.isEmpty()) {
            return testWords.equals("not run") ? Messages.PlannedChecks_notRun() : testWords;
        }
        return Messages.PlannedChecks_tests(
                GatePlan.text(tests, "passed"), GatePlan.text(tests, "failed"), GatePlan.text(tests, "skipped"));
    }

    /** {@code ""} where nothing is known. */
    String qualitySentence() {
        String conditions = GatePlan.text(quality, "conditions");
        return switch (GatePlan.text(quality, "status")) {
            case "OK" ->
                conditions.equals("0")
                        ? Messages.PlannedChecks_noConditions()
                        : Messages.PlannedChecks_green(conditions);
            case "ERROR" -> Messages.PlannedChecks_red(GatePlan.text(quality, "unmet"), conditions);
            case "NONE" -> Messages.PlannedChecks_noGate();
            // why it was skipped, only the engine knows
            default -> qualityWords.equals("not analysed") ? Messages.PlannedChecks_notAnalysed() : qualityWords;
        };
    }

    /** Where a person reads the analysis; {@code ""} for nowhere. */
    String qualityUrl() {
        String url = GatePlan.text(quality, "url");
        return url.startsWith("https://") || url.startsWith("http://") ? url : "";
    }
}
