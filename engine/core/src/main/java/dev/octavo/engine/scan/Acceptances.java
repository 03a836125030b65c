package dev.octavo.engine.scan;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Vulnerabilities that a team accepts for some time, each with a reason, in a YAML file of the repository. */
public final class Acceptances {
    private static final Set<String> FIELDS = Set.of("id", "component", "until", "reason");

    private final List<One> all;

    private Acceptances(List<One> all) {
        this.all = List.copyOf(all);
    }

    private record One(String id, String component, LocalDate until, String reason) {
        boolean covers(Vulnerability found) {
            return id.equals(found.id()) && (component.isEmpty() || component.equals(found.component()));
        }
    }

    /** None. */
    public static Acceptances none() {
        return new Acceptances(List.of());
    }

    /**
     * Reads them.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_FILE} where the file isn't a list of them, or one lacks its id, its
     *     reason or its last day; all that is wrong at once
     */
    public static Acceptances read(Path file) {
        Object root;
        try {
            root = new Load(LoadSettings.builder().setLabel(file.toString()).build())
                    .loadFromString(Files.readString(file));
        } catch (IOException | YamlEngineException e) {
            throw wrong(
                    file,
                    "it cannot be read: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    e);
        }
        List<One> all = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        if (root != null && !(root instanceof List<?>)) {
            throw wrong(file, "it is no list", null);
        }
        int number = 0;
        for (Object each : root instanceof List<?> list ? list : List.of()) {
            number++;
            if (each instanceof Map<?, ?> map) {
                read(map, "entry " + number, problems).ifPresent(all::add);
            } else {
                problems.add("entry " + number + " is no map with id, until and reason");
            }
        }
        if (!problems.isEmpty()) {
            throw wrong(file, String.join("\n", problems), null);
        }
        return new Acceptances(all);
    }

    private static Optional<One> read(Map<?, ?> map, String name, List<String> problems) {
        String unknown = map.keySet().stream()
                .map(String::valueOf)
                .filter(each -> !FIELDS.contains(each))
                .collect(Collectors.joining(", "));
        int before = problems.size();
        if (!unknown.isEmpty()) {
            problems.add(name + " has " + unknown + ", which nothing knows");
        }
        String id = text(map.get("id"));
        String reason = text(map.get("reason"));
        if (id.isEmpty()) {
            problems.add(name + " has no id");
        }
        if (reason.isEmpty()) {
            problems.add(name + " has no reason");
        }
        LocalDate until = null;
        try {
            until = LocalDate.parse(text(map.get("until")));
        } catch (DateTimeException e) {
            problems.add(name + " has no last day: until: 2026-12-31");
        }
        return until == null || problems.size() > before
                ? Optional.empty()
                : Optional.of(new One(id, text(map.get("component")), until, reason));
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString().strip();
    }

    /** Why it is accepted on a day; empty where it isn't, or no longer. */
    Optional<String> reason(Vulnerability found, LocalDate day) {
        return all.stream()
                .filter(each -> each.covers(found) && !day.isAfter(each.until()))
                .map(each -> "until " + each.until() + ": " + each.reason())
                .findFirst();
    }

    /** Those whose day has passed, and that would be needed. */
    List<String> expired(List<Vulnerability> found, LocalDate day) {
        return all.stream()
                .filter(each -> day.isAfter(each.until()) && found.stream().anyMatch(each::covers))
                .map(each -> each.id() + " was accepted until " + each.until())
                .toList();
    }

    private static EngineException wrong(Path file, String why, @Nullable Throwable cause) {
        return new EngineException(
                ErrorCode.CONFIG_FILE,
                "The list of accepted vulnerabilities cannot be used",
                file.toString(),
                why,
                "write a list, each with id, until (a day) and reason, and component where only one is meant",
                cause);
    }
}
