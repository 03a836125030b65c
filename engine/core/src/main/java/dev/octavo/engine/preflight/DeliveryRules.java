package dev.octavo.engine.preflight;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.blueprint.DeliveryFile;
import dev.octavo.engine.preflight.script.Span;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code delivery.yaml}, its values files, and what they define for manifests. */
final class DeliveryRules {
    private static final Pattern PLACE = Pattern.compile("(.*?):([0-9]+)(?::([0-9]+))?");
    private static final Pattern ENVIRONMENT = Pattern.compile("(?:^|.*/)deploy/([^/]+)/[^/]+");

    private final Path root;
    private final RepositoryFiles files;
    private final Findings findings;
    /** By the folder that it is in. */
    private final Map<String, DeliveryFile> described = new TreeMap<>();

    private final Map<String, Set<String>> names = new HashMap<>();

    private DeliveryRules(Path root, RepositoryFiles files, Findings findings) {
        this.root = root;
        this.files = files;
        this.findings = findings;
    }

    static DeliveryRules check(Path root, RepositoryFiles files, Findings findings) {
        DeliveryRules rules = new DeliveryRules(root, files, findings);
        for (String file : files.all()) {
            if (RepositoryFiles.name(file).equals(DeliveryFile.NAME) && !RepositoryFiles.isTestSource(file)) {
                files.read(file).ifPresent(rules::check);
            }
        }
        return rules;
    }

    private void check(SourceFile file) {
        try {
            List<DeliveryFile.Problem> problems = DeliveryFile.problems(file.path(), file.text());
            problems.forEach(problem -> find(problem.place(), file, problem.message()));
            if (!problems.isEmpty()) {
                return;
            }
            DeliveryFile delivery = DeliveryFile.parse(root, file.path(), file.text());
            described.put(delivery.directory(), delivery);
            for (String environment : delivery.environments()) {
                names.put(delivery.directory() + " " + environment, values(delivery, environment, file));
            }
        } catch (EngineException e) {
            find(e.where(), file, e.why());
        }
    }

    private Set<String> values(DeliveryFile delivery, String environment, SourceFile file) {
        try {
            return Set.copyOf(delivery.values(environment).keySet());
        } catch (EngineException e) {
            Optional<SourceFile> values = files.has(delivery.valuesFile(environment))
                    ? files.read(delivery.valuesFile(environment))
                    : Optional.empty();
            boolean ofValues = e.where().startsWith(delivery.valuesFile(environment) + ":");
            find(e.where(), ofValues ? values.orElse(file) : file, e.why());
            return Set.of();
        }
    }

    private void find(String place, SourceFile file, String message) {
        Matcher matcher = PLACE.matcher(place);
        int line = 1;
        int column = 1;
        if (matcher.matches() && matcher.group(1).equals(file.path())) {
            line = Math.min(Integer.parseInt(matcher.group(2)), file.lines());
            column = matcher.group(3) == null ? 1 : Integer.parseInt(matcher.group(3));
        }
        int start = Math.min(file.lineStart(line) + column - 1, file.text().length());
        int end = start;
        while (end < file.text().length() && !" :\n\r".contains(file.text().substring(end, end + 1))) {
            end++;
        }
        findings.at(Rule.DELIVERY_FILE, file, new Span(start, end))
                .say(message, "correct it; docs/delivery.md explains each key");
    }

    /** The names that are defined where a manifest is deployed: those of its environment, or of all where it shows none. */
    Set<String> defined(String manifest) {
        DeliveryFile nearest = null;
        for (String folder = RepositoryFiles.parent(manifest); ; folder = RepositoryFiles.parent(folder)) {
            nearest = described.get(folder);
            if (nearest != null || folder.isEmpty()) {
                break;
            }
        }
        if (nearest == null) {
            return Set.of();
        }
        Matcher matcher = ENVIRONMENT.matcher(manifest);
        List<String> environments = new ArrayList<>(nearest.environments());
        if (matcher.matches() && environments.contains(matcher.group(1))) {
            environments = List.of(matcher.group(1));
        }
        Set<String> defined = new TreeSet<>();
        for (String environment : environments) {
            defined.addAll(names.getOrDefault(nearest.directory() + " " + environment, Set.of()));
        }
        return defined;
    }
}
