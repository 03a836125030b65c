package dev.octavo.engine.quality;

import java.util.List;

/**
 * A service's build with its tests, all passed.
 *
 * @param tool the name of the build tool
 * @param command the words that were run
 * @param tests those of the service's own module
 * @param upstreamTests those of the modules that it is built from
 */
public record BuildResult(
        String tool, List<String> command, double seconds, TestSummary tests, TestSummary upstreamTests) {
    public BuildResult {
        command = List.copyOf(command);
    }
}
