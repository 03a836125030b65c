package io.jenkins.plugins.octavo.steps;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a deployment says of itself: a failure has no result that would name the microservices before it. */
final class DeployedLines {
    private static final Pattern BEGUN = Pattern.compile("deploying (\\S+) to \\S+");
    private static final Pattern DEPLOYED = Pattern.compile("release (\\d{1,9}) of (\\S+) is deployed");
    private static final Pattern UNDONE = Pattern.compile("(why +)?rolled back to release \\d+:.*");

    private final Map<String, Integer> services = new LinkedHashMap<>();
    private boolean undone;

    static boolean matches(String line) {
        return BEGUN.matcher(line).matches()
                || DEPLOYED.matcher(line).matches()
                || UNDONE.matcher(line).matches();
    }

    synchronized void hear(String line) {
        Matcher begun = BEGUN.matcher(line);
        Matcher deployed = DEPLOYED.matcher(line);
        if (begun.matches()) {
            services.put(begun.group(1), -1);
        } else if (deployed.matches()) {
            services.put(deployed.group(2), Integer.valueOf(deployed.group(1)));
        } else {
            undone |= UNDONE.matcher(line).matches();
        }
    }

    /** By name, with the release that each has become; -1 where it has become none. */
    synchronized Map<String, Integer> services() {
        return new LinkedHashMap<>(services);
    }

    synchronized boolean isUndone() {
        return undone;
    }
}
