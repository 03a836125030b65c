package dev.octavo.engine.cluster;

import java.util.List;

/**
 * A check that was passed.
 *
 * @param check as it was asked for; for a Job its name
 * @param message such as {@code 200 after 3 attempts}
 * @param log the last lines of the Job's log
 */
public record CheckResult(String check, String message, long millis, List<String> log) {
    public CheckResult {
        log = List.copyOf(log);
    }
}
