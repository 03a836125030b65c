package dev.octavo.engine.scan;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Lets an image pass, or not, by a scanner's report.
 *
 * @param severity the least that fails
 * @param maxAge how old a report may be
 */
public record ScanGate(Severity severity, Acceptances accepted, Duration maxAge) {
    private static final int SHOWN = 10;

    /**
     * What was found, the worst first; what is accepted says why.
     *
     * @param image digests of which the report must name one, where it names any: the manifest's and the configuration's
     * @throws EngineException {@link ErrorCode#SCAN_REPORT} where the report is missing, unreadable, too old or about
     *     another image; {@link ErrorCode#SCAN_FOUND} where it names something that fails and isn't accepted
     */
    public List<Vulnerability> check(Path file, String service, Set<String> image, Clock clock) {
        ScanReport report = ScanReport.read(file);
        Instant now = clock.instant();
        if (report.at().isBefore(now.minus(maxAge))) {
            throw ScanReport.unusable(
                    file, "it was made at " + report.at() + ", and is older than " + maxAge.toHours() + " h", null);
        }
        if (!report.digests().isEmpty() && report.digests().stream().noneMatch(image::contains)) {
            throw ScanReport.unusable(
                    file,
                    "it is about " + String.join(", ", report.digests()) + ", and the image of " + service + " is "
                            + String.join(" with the configuration ", image),
                    null);
        }
        LocalDate day = LocalDate.ofInstant(now, ZoneOffset.UTC);
        List<Vulnerability> found = report.found().stream()
                .map(each -> each.accept(accepted.reason(each, day).orElse("")))
                .sorted(Comparator.comparing(Vulnerability::severity)
                        .reversed()
                        .thenComparing(Vulnerability::id)
                        .thenComparing(Vulnerability::component))
                .toList();
        List<Vulnerability> failing = found.stream()
                .filter(each -> each.severity().compareTo(severity) >= 0)
                .filter(each -> each.accepted().isEmpty())
                .toList();
        if (!failing.isEmpty()) {
            List<String> why = failing.stream()
                    .limit(SHOWN)
                    .map(Vulnerability::describe)
                    .collect(Collectors.toCollection(ArrayList::new));
            if (failing.size() > SHOWN) {
                why.add("and " + (failing.size() - SHOWN) + " more");
            }
            why.addAll(accepted.expired(failing, day));
            throw new EngineException(
                    ErrorCode.SCAN_FOUND,
                    "The image of \"" + service + "\" has " + failing.size()
                            + (failing.size() == 1 ? " vulnerability" : " vulnerabilities") + " of severity " + severity
                            + " or worse",
                    file.toString(),
                    String.join("\n", why),
                    "update what is named, or accept it for some time: with id, until and reason in the list");
        }
        return found;
    }
}
