package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What was deployed, by microservice, the newest first.
 *
 * @param problems what looks like a release and cannot be read
 */
public record HistoryResult(String service, String environment, List<Entry> releases, List<String> problems)
        implements Described {
    private static final int SHORT = 7;
    private static final int DIGEST = 12;

    public HistoryResult {
        releases = List.copyOf(releases);
        problems = List.copyOf(problems);
    }

    /**
     * A release.
     *
     * @param namespace where it is kept
     * @param number 0 for what was there before the first one
     * @param result {@code deployed}, {@code superseded}, {@code failed}, {@code rolled-back}, {@code pending}, {@code
     *     rolling-back} or {@code adopted}
     * @param description more about the result; {@code ""} for nothing
     * @param seconds that it took; -1 where it is not finished
     * @param version {@code ""} where it had none, and so on
     * @param images with their digests
     * @param committed when its commit was made; {@code ""} where that is not known
     * @param rollbackTo the release that was deployed again; -1 where it is none
     */
    public record Entry(
            String service,
            String environment,
            String namespace,
            int number,
            String result,
            String description,
            Instant at,
            double seconds,
            String version,
            String commit,
            String approver,
            String run,
            List<String> images,
            String committed,
            int rollbackTo) {
        public Entry {
            images = List.copyOf(images);
        }

        private List<String> cells() {
            return List.of(
                    service,
                    environment,
                    String.valueOf(number),
                    at.truncatedTo(ChronoUnit.SECONDS).toString(),
                    result,
                    version.isEmpty() ? "-" : version,
                    commit.isEmpty() ? "-" : commit.substring(0, Math.min(SHORT, commit.length())),
                    images.isEmpty() ? "-" : images.stream().map(Entry::digest).collect(Collectors.joining(",")),
                    approver.isEmpty() ? "-" : approver,
                    seconds < 0 ? "-" : String.format(Locale.ROOT, "%.1f s", seconds),
                    description);
        }

        static String digest(String image) {
            int at = image.indexOf("@sha256:");
            String name = image.substring(image.lastIndexOf('/') + 1);
            return at < 0 ? name : image.substring(at + 8, Math.min(image.length(), at + 8 + DIGEST));
        }
    }

    @Override
    public String text() {
        if (releases.isEmpty()) {
            return "nothing was released" + (service.isEmpty() ? "" : " of " + service)
                    + (environment.isEmpty() ? "" : " to " + environment);
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "SERVICE",
                "ENVIRONMENT",
                "RELEASE",
                "AT",
                "RESULT",
                "VERSION",
                "COMMIT",
                "IMAGE",
                "APPROVER",
                "TOOK",
                ""));
        releases.forEach(release -> rows.add(release.cells()));
        return table(rows);
    }

    /** Rows with as many cells each, in columns. */
    static String table(List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        return rows.stream().map(row -> line(row, widths)).collect(Collectors.joining("\n"));
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < row.size(); column++) {
            String cell = row.get(column);
            line.append(cell).append(" ".repeat(widths[column] - cell.length() + 2));
        }
        return line.toString().stripTrailing();
    }

    @Override
    public String summary() {
        return releases.size() + " releases";
    }
}
