package io.jenkins.plugins.octavo.steps;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a deployment says of itself: a failure has no result that would name the microservices before it. */
final class DeployedLines {
    private static final Pattern BEGUN = Pattern.compile("deploying (\\S+) to \\S+");
    /** Lines about one of several begin with its name. */
    private static final Pattern DEPLOYED = Pattern.compile("(?:\\S+: )?release (\\d{1,9}) of (\\S+) is deployed");
    /** Of the failure of several: what became of one, with what is told of it in the lines after. */
    private static final Pattern FAILED = Pattern.compile(" *(?:why +)?(\\S+): failed(?:, .*)?");

    private static final Pattern UNDONE = Pattern.compile(" *(?:why +)?rolled back to release \\d+:.*");

    private final Map<String, Integer> services = new LinkedHashMap<>();
    private final Map<String, Boolean> failed = new LinkedHashMap<>();
    private String last = "";
    private boolean undone;

    static boolean matches(String line) {
        return BEGUN.matcher(line).matches()
                || DEPLOYED.matcher(line).matches()
                || FAILED.matcher(line).matches()
                || UNDONE.matcher(line).matches();
    }

    synchronized void hear(String line) {
        Matcher begun = BEGUN.matcher(line);
        Matcher deployed = DEPLOYED.matcher(line);
        Matcher failure = FAILED.matcher(line);
        if (begun.matches()) {
            services.put(begun.group(1), -1);
        } else if (deployed.matches()) {
            services.put(deployed.group(2), Integer.valueOf(deployed.group(1)));
        } else if (failure.matches()) {
            last = failure.group(1);
            failed.put(last, false);
        } else if (UNDONE.matcher(line).matches()) {
            undone = true;
            failed.computeIfPresent(last, (name, before) -> true);
        }
    }

    /** By name, with the release that each has become; -1 where it has become none. */
    synchronized Map<String, Integer> services() {
        return new LinkedHashMap<>(services);
    }

    /** Of several, those that failed, with whether what ran before runs again. */
    synchronized Map<String, Boolean> failed() {
        return new LinkedHashMap<>(failed);
    }

    synchronized boolean isUndone() {
        return undone;
    }
}
