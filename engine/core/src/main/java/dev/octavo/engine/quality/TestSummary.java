package dev.octavo.engine.quality;

import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What test reports say.
 *
 * @param tests all, the skipped ones too
 * @param failures tests whose assertion failed
 * @param errors tests that ended with another exception
 * @param seconds the time of all tests
 * @param failed those that did not pass, in the order of the reports, at most 100
 * @param slowest the longest, the longest first, at most 10
 * @param reports the files that were read, sorted
 */
public record TestSummary(
        int tests,
        int failures,
        int errors,
        int skipped,
        double seconds,
        List<FailedTest> failed,
        List<SlowTest> slowest,
        List<String> reports) {
    /** No test at all. */
    public static final TestSummary EMPTY = new TestSummary(0, 0, 0, 0, 0, List.of(), List.of(), List.of());

    public TestSummary {
        failed = List.copyOf(failed);
        slowest = List.copyOf(slowest);
        reports = List.copyOf(reports);
    }

    /** The same as is fit for a record: files below {@code folder} named from there, messages without secrets. */
    TestSummary forRecord(Path folder, UnaryOperator<String> withoutSecrets) {
        String prefix = folder.toString().replace('\\', '/') + "/";
        return new TestSummary(
                tests,
                failures,
                errors,
                skipped,
                seconds,
                failed.stream()
                        .map(test -> new FailedTest(
                                test.className(),
                                test.method(),
                                withoutSecrets.apply(test.message()),
                                relative(test.file(), prefix),
                                test.line()))
                        .toList(),
                slowest,
                reports.stream().map(file -> relative(file, prefix)).toList());
    }

    private static String relative(String file, String prefix) {
        String plain = file.replace('\\', '/');
        return plain.startsWith(prefix) ? plain.substring(prefix.length()) : plain;
    }

    /** Those that ran and passed. */
    public int passed() {
        return tests - failures - errors - skipped;
    }

    /** Whether a test did not pass. */
    public boolean hasFailures() {
        return failures + errors > 0;
    }

    /** {@code 42 tests passed, 1 skipped}. */
    public String describe() {
        StringBuilder text = new StringBuilder();
        text.append(passed()).append(passed() == 1 ? " test passed" : " tests passed");
        if (hasFailures()) {
            text.append(", ").append(failures + errors).append(" failed");
        }
        if (skipped > 0) {
            text.append(", ").append(skipped).append(" skipped");
        }
        return text.toString();
    }
}
