package io.jenkins.plugins.octavo.board;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Job;
import hudson.model.Run;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;

/**
 * Keeps for the board what steps have done. That it cannot be kept fails no delivery: the cluster has it too, and the next
 * {@code octavoBoard} brings it.
 */
public final class Deliveries {
    private static final Logger LOGGER = Logger.getLogger(Deliveries.class.getName());

    /** Of a rollout that began. Other failures leave it open whether anything was written; the cluster knows. */
    private static final Pattern BEGAN = Pattern.compile("DEPLOY-20[234] .*");

    /** Of several microservices, of which each says for itself what became of it. */
    private static final String PARTLY = "DEPLOY-205 ";

    private static final Pattern TAGGED = Pattern.compile(".*/[^/:@]+:([^/:@]+)(@.*)?");

    private Deliveries() {}

    /**
     * A step that failed.
     *
     * @param inputs of the operation
     * @param heard names of the microservices that it began to deploy, in this order, with the number of the release that
     *     each became, or -1
     * @param parts of several microservices those that failed, with whether what ran before runs again
     * @param undone whether what ran before runs again
     * @param failure the first line of what it reported
     */
    public record Failed(
            Map<String, String> inputs,
            Map<String, Integer> heard,
            Map<String, Boolean> parts,
            boolean undone,
            String failure) {
        public Failed {
            heard = new LinkedHashMap<>(heard);
            parts = new LinkedHashMap<>(parts);
        }
    }

    /** Takes what {@code octavoDeploy} has returned. */
    public static void deployed(Run<?, ?> run, @CheckForNull Object result) {
        List<Delivery> deliveries = new ArrayList<>();
        for (Map<?, ?> service : maps(map(result).get("services"))) {
            Map<?, ?> release = map(map(service.get("result")).get("release"));
            if (!release.isEmpty()) {
                deliveries.add(ofRelease(run, release));
            }
        }
        keep(run, deliveries);
    }

    /** Takes what {@code octavoRollback} has returned. */
    public static void rolledBack(Run<?, ?> run, @CheckForNull Object result) {
        Map<?, ?> release = map(map(map(result).get("done")).get("release"));
        if (!release.isEmpty()) {
            keep(run, List.of(ofRelease(run, release)));
        }
    }

    /** Takes what {@code octavoBoard} has found in the cluster. */
    public static void board(Run<?, ?> run, @CheckForNull Object result) {
        List<Delivery> deliveries = new ArrayList<>();
        List<Health> health = new ArrayList<>();
        Map<?, ?> board = map(result);
        long at = time(board.get("at"));
        for (Map<?, ?> service : maps(board.get("services"))) {
            for (Map<?, ?> place : maps(service.get("places"))) {
                Place where = new Place(
                        text(service.get("service")), text(place.get("environment")), text(place.get("namespace")));
                health.add(new Health(
                        where, number(place.get("running"), -1), text(place.get("health")), text(place.get("message")), at));
                for (Map<?, ?> entry : maps(place.get("releases"))) {
                    deliveries.add(ofEntry(run.getParent(), where, entry, at));
                }
            }
        }
        keep(run, deliveries);
        Set<String> asked = new HashSet<>();
        if (board.get("environments") instanceof List<?> environments) {
            environments.forEach(each -> asked.add(text(each)));
        }
        Set<Place> seen = new HashSet<>();
        health.forEach(each -> seen.add(each.place()));
        try {
            DeliveryFiles.of(run.getParent())
                    .see(health, place -> asked.contains(place.environment()) && !seen.contains(place));
        } catch (IOException e) {
            warn(run, e);
        }
    }

    /** Takes a failure of {@code octavoDeploy} or {@code octavoRollback}. */
    public static void failed(Run<?, ?> run, Failed failed) {
        Map<String, String> inputs = failed.inputs();
        String environment = inputs.getOrDefault("environment", "");
        if (environment.isEmpty() || "true".equals(inputs.get("planOnly"))) {
            return;
        }
        List<Delivery> deliveries = new ArrayList<>();
        String last = inputs.getOrDefault("service", "");
        for (Map.Entry<String, Integer> each : failed.heard().entrySet()) {
            if (each.getValue() >= 0) {
                deliveries.add(of(run, failed, each.getKey(), each.getValue(), "deployed", ""));
            } else if (inputs.getOrDefault("service", "").isEmpty()) {
                last = each.getKey();
            }
        }
        if (BEGAN.matcher(failed.failure()).matches() && !last.isEmpty()) {
            deliveries.add(of(run, failed, last, -1, failed.undone() ? "rolled-back" : "failed", failed.failure()));
        }
        if (failed.failure().startsWith(PARTLY)) {
            failed.parts()
                    .forEach((service, undone) -> deliveries.add(
                            of(run, failed, service, -1, undone ? "rolled-back" : "failed", failed.failure())));
        }
        keep(run, deliveries);
    }

    private static Delivery of(
            Run<?, ?> run, Failed failed, String service, int release, String result, String description) {
        Map<String, String> inputs = failed.inputs();
        DeliveredSource source = DeliveredSource.of(run);
        long now = System.currentTimeMillis();
        return new Delivery(
                place(run.getParent(), service, inputs),
                release,
                result,
                inputs.getOrDefault("version", ""),
                inputs.containsKey("to") ? "" : source.commit(),
                inputs.containsKey("to") ? 0 : source.committed(),
                "",
                inputs.getOrDefault("approver", ""),
                now,
                now,
                -1,
                run.getNumber(),
                "",
                description,
                now);
    }

    /** Where the namespace is not said, it is that of the deliveries before, if they agree. */
    private static Place place(Job<?, ?> job, String service, Map<String, String> inputs) {
        String environment = inputs.getOrDefault("environment", "");
        String namespace = inputs.getOrDefault("clusterNamespace", "");
        if (!namespace.isEmpty()) {
            return new Place(service, environment, namespace);
        }
        List<Place> known = new ArrayList<>();
        try {
            DeliveryFiles.of(job).read(index -> index.places().stream()
                    .filter(place -> place.service().equals(service)
                            && place.environment().equals(environment))
                    .forEach(known::add));
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "the deliveries before cannot be read", e);
        }
        return known.size() == 1 ? known.get(0) : new Place(service, environment, "");
    }

    /** A release as the cluster keeps it. */
    private static Delivery ofRelease(Run<?, ?> run, Map<?, ?> release) {
        Map<?, ?> facts = map(release.get("facts"));
        return new Delivery(
                new Place(
                        text(release.get("application")),
                        text(release.get("environment")),
                        text(release.get("namespace"))),
                number(release.get("number"), -1),
                "deployed",
                version(facts.get("version"), release.get("images")),
                text(facts.get("commit")),
                time(facts.get("committed")),
                digest(release.get("images")),
                text(facts.get("approver")),
                time(release.get("started")),
                time(release.get("finished")),
                number(release.get("rollbackTo"), -1),
                run.getNumber(),
                "",
                text(release.get("description")),
                System.currentTimeMillis());
    }

    /** A release as {@code octavo history} and {@code octavo board} have it. */
    private static Delivery ofEntry(Job<?, ?> job, Place place, Map<?, ?> entry, long at) {
        long started = time(entry.get("at"));
        double seconds = entry.get("seconds") instanceof Number known ? known.doubleValue() : -1;
        String run = text(entry.get("run"));
        int build = build(job, run);
        return new Delivery(
                place,
                number(entry.get("number"), -1),
                text(entry.get("result")),
                version(entry.get("version"), entry.get("images")),
                text(entry.get("commit")),
                time(entry.get("committed")),
                digest(entry.get("images")),
                text(entry.get("approver")),
                started,
                seconds < 0 ? started : started + Math.round(seconds * 1000),
                number(entry.get("rollbackTo"), -1),
                build,
                build > 0 ? "" : run,
                text(entry.get("description")),
                at);
    }

    /** The build of the job that an address means; 0 for none. */
    private static int build(Job<?, ?> job, String run) {
        String root = Jenkins.get().getRootUrl();
        String own = root + job.getUrl();
        if (root == null || !run.startsWith(own)) {
            return 0;
        }
        String rest = run.substring(own.length()).replaceFirst("/.*$", "");
        return rest.matches("\\d{1,9}") ? Integer.parseInt(rest) : 0;
    }

    /** What has no version yet is known by its image's tag. */
    private static String version(@CheckForNull Object version, @CheckForNull Object images) {
        if (text(version).isEmpty() && images instanceof List<?> list) {
            for (Object image : list) {
                Matcher tagged = TAGGED.matcher(text(image));
                if (tagged.matches()) {
                    return tagged.group(1);
                }
            }
        }
        return text(version);
    }

    private static String digest(@CheckForNull Object images) {
        if (images instanceof List<?> list) {
            for (Object image : list) {
                int at = text(image).indexOf("@sha256:");
                if (at >= 0) {
                    return text(image).substring(at + "@sha256:".length());
                }
            }
        }
        return "";
    }

    private static void keep(Run<?, ?> run, List<Delivery> deliveries) {
        try {
            DeliveryFiles.of(run.getParent()).add(deliveries);
        } catch (IOException e) {
            warn(run, e);
        }
    }

    private static void warn(Run<?, ?> run, IOException e) {
        LOGGER.log(Level.WARNING, e, () -> "the deliveries of " + run + " are not on the board");
    }

    static Map<?, ?> map(@CheckForNull Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    private static List<Map<?, ?>> maps(@CheckForNull Object value) {
        List<Map<?, ?>> maps = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(each -> maps.add(map(each)));
        }
        return maps;
    }

    static String text(@CheckForNull Object value) {
        return value == null ? "" : value.toString();
    }

    private static int number(@CheckForNull Object value, int otherwise) {
        return value instanceof Number number ? number.intValue() : otherwise;
    }

    static long time(@CheckForNull Object value) {
        try {
            return text(value).isEmpty() ? 0 : Instant.parse(text(value)).toEpochMilli();
        } catch (DateTimeParseException e) {
            return 0;
        }
    }
}
