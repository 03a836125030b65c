package dev.octavo.engine.release;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a release is, for people, in Markdown.
 *
 * <p>Commits by the rules of Conventional Commits are grouped. What people have written is shown as they wrote it, and
 * is never markup: a commit message makes no heading, no link, no HTML, and calls nobody by name.
 *
 * @param title the version, with the microservice's name where it is that one's own
 * @param commit that of the release, all 40 digits
 * @param images what is delivered
 */
public record ReleaseNotes(String title, String commit, VersionHistory history, List<Image> images) {
    private static final Pattern CONVENTIONAL = Pattern.compile(
            "(?<type>(?i)feat|feature|fix|bugfix|hotfix|perf|revert|docs|style|refactor|tests?|build|ci|chore|deps)(?:\\((?<scope>[^()]{1,60})\\))?(?<breaking>!)?: +(?<subject>\\S.*)");
    private static final Pattern BREAKING = Pattern.compile("(?m)^BREAKING[ -]CHANGE: *((?:.+\\R?)+)");
    private static final Pattern CODE = Pattern.compile("`[^`]+`");
    /** A word that a forge would take for the name of somebody to tell. */
    private static final Pattern MENTION = Pattern.compile("(?<![\\w.`/])@(?=[A-Za-z0-9])[A-Za-z0-9_/-]*");

    private static final Pattern LOGIN = Pattern.compile("(?<=://)[^/\\s@]+@");
    private static final int SHORT = 8;
    private static final int LONGEST = 200;

    /**
     * One image.
     *
     * @param reference under the version
     * @param sbom digest of its list of components, {@code ""} where none was made
     * @param tests what its tests came to, {@code ""} where none are known
     * @param quality what its quality gate said, {@code ""} where none is known
     */
    public record Image(String service, String reference, String digest, String sbom, String tests, String quality) {}

    private enum Group {
        BREAKING("Breaking changes"),
        FEATURES("Features"),
        FIXES("Fixes"),
        PERFORMANCE("Performance"),
        REVERTS("Reverted"),
        OTHER("Other changes");

        private final String title;

        Group(String title) {
            this.title = title;
        }
    }

    public ReleaseNotes {
        images = List.copyOf(images);
    }

    /** The document, title and all; also a tag's message. */
    public String markdown() {
        return "# " + text(title) + "\n\n" + body();
    }

    /** The same without the title, for where that is shown by itself. Ends with a line's end. */
    public String body() {
        StringBuilder out = new StringBuilder();
        out.append("Commit `").append(commit).append("`");
        out.append(history.last().isEmpty() ? ", the first version." : ", after " + code(history.last()) + ".");
        out.append('\n');
        changes(out);
        if (!images.isEmpty()) {
            out.append("\n## Images\n\n");
            images.forEach(image -> image(out, image));
        }
        return out.toString();
    }

    private void changes(StringBuilder out) {
        Map<Group, List<String>> groups = new EnumMap<>(Group.class);
        boolean grouped = false;
        for (VersionHistory.Commit each : history.commits()) {
            String first = each.message().strip().lines().findFirst().orElse("");
            Matcher conventional = CONVENTIONAL.matcher(first);
            boolean known = conventional.matches();
            grouped |= known;
            Matcher breaking = BREAKING.matcher(each.message().replace("\r", ""));
            boolean breaks = breaking.find();
            Group group = known ? group(conventional) : Group.OTHER;
            StringBuilder line = new StringBuilder("- ");
            if (known && conventional.group("scope") != null) {
                line.append("**").append(text(conventional.group("scope"))).append("**: ");
            }
            line.append(text(known ? conventional.group("subject") : first))
                    .append(" (")
                    .append(each.id(), 0, Math.min(SHORT, each.id().length()))
                    .append(")\n");
            if (breaks) {
                line.append("  ").append(text(breaking.group(1))).append('\n');
            }
            groups.computeIfAbsent(breaks ? Group.BREAKING : group, key -> new ArrayList<>())
                    .add(line.toString());
        }
        boolean titled = grouped || groups.containsKey(Group.BREAKING);
        groups.forEach((group, lines) -> {
            out.append("\n## ").append(titled ? group.title : "Changes").append("\n\n");
            lines.forEach(out::append);
        });
        if (groups.isEmpty()) {
            out.append("\nNothing that it is made from has changed.\n");
        }
        if (!history.complete()) {
            out.append("\nThe list is not complete: it ends where the clone or 200 changes end.\n");
        }
    }

    private static Group group(Matcher conventional) {
        if (conventional.group("breaking") != null) {
            return Group.BREAKING;
        }
        return switch (conventional.group("type").toLowerCase(Locale.ROOT)) {
            case "feat", "feature" -> Group.FEATURES;
            case "fix", "bugfix", "hotfix" -> Group.FIXES;
            case "perf" -> Group.PERFORMANCE;
            case "revert" -> Group.REVERTS;
            default -> Group.OTHER;
        };
    }

    private static void image(StringBuilder out, Image image) {
        out.append("- **")
                .append(text(image.service()))
                .append("**: ")
                .append(code(image.reference()))
                .append('\n');
        out.append("  - digest ").append(code(image.digest())).append('\n');
        if (!image.sbom().isEmpty()) {
            out.append("  - SBOM ").append(code(image.sbom())).append('\n');
        }
        if (!image.tests().isEmpty()) {
            out.append("  - ").append(text(image.tests())).append('\n');
        }
        if (!image.quality().isEmpty()) {
            out.append("  - ").append(text(image.quality())).append('\n');
        }
    }

    /** What somebody wrote, on one line, as text and not as markup. */
    static String text(String written) {
        String plain = LOGIN.matcher(plain(written)).replaceAll("");
        StringBuilder out = new StringBuilder();
        Matcher code = CODE.matcher(plain);
        int from = 0;
        while (code.find()) {
            out.append(escaped(plain.substring(from, code.start()))).append(code.group());
            from = code.end();
        }
        out.append(escaped(plain.substring(from)));
        // at a line's beginning these make headings, quotes and lists
        return out.toString().replaceFirst("^([#>+=-]|\\d+(?=[.)]))", "\\\\$1").replaceFirst("^\\\\(\\d+)", "$1\\\\");
    }

    private static String plain(String written) {
        String line = written.replaceAll("\\s+", " ")
                // controls, and characters that turn the direction of what follows
                .replaceAll("[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}&&[^\\u200D]]", "")
                .strip();
        return line.codePointCount(0, line.length()) <= LONGEST
                ? line
                : line.substring(0, line.offsetByCodePoints(0, LONGEST)).strip() + "…";
    }

    private static String escaped(String text) {
        String safe = text.replaceAll("[\\\\*\\[\\]<>`|]", "\\\\$0")
                .replace("~~", "\\~\\~")
                .replaceAll("(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", "\\\\_");
        return MENTION.matcher(safe).replaceAll("`$0`");
    }

    private static String code(String name) {
        return "`" + plain(name).replace("`", "") + "`";
    }
}
