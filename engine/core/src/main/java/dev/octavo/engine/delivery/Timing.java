package dev.octavo.engine.delivery;

import dev.octavo.engine.record.RunRecord;

/**
 * Time that an operation spent in something that is not Octavo: the service's own build, its start-up.
 *
 * @param seconds what it took
 */
record Timing(String operation, String service, double seconds) {
    private static final String PART = "elsewhere";

    static void elsewhere(RunRecord record, String operation, String service, double seconds) {
        record.append(PART, new Timing(operation, service, seconds));
    }
}
