package dev.octavo.engine.quality;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Listens to a build and keeps what explains its failure. */
final class BuildLog {
    private static final int COMPILER_LINES = 30;
    private static final int REASON_LINES = 15;
    private static final int LAST_LINES = 10;
    private static final Pattern MAVEN_COMPILER =
            Pattern.compile("\\[ERROR\\] (.+\\.(?:java|kt|groovy|scala)):\\[(\\d+),\\d+\\] (.+)");
    private static final Pattern JAVAC = Pattern.compile("(.+\\.(?:java|groovy|scala)):(\\d+): error: (.+)");
    private static final Pattern KOTLINC = Pattern.compile("(?:\\[ERROR\\] |e: )file://(.+\\.kts?):(\\d+):\\d+ (.+)");
    /** The lines with which javac goes on: the symbol that it does not find, and where. */
    private static final Pattern CONTINUATION =
            Pattern.compile("(?:\\[ERROR\\])?\\s+(symbol|location|required|found|reason)\\s*:.*");

    /** Maven 3.9 says for each module that it builds where its POM is. */
    private static final Pattern MAVEN_MODULE = Pattern.compile("\\[INFO\\] {3}from (.+\\.xml)");

    private final Path workspace;
    private final Set<String> modules = new HashSet<>();
    private final List<String> compiler = new ArrayList<>();
    private final List<String> reason = new ArrayList<>();
    private final Deque<String> last = new ArrayDeque<>();
    private boolean continued;
    private boolean gradleReason;
    private boolean diskFull;

    BuildLog(Path workspace) {
        this.workspace = workspace;
    }

    void accept(String line) {
        String text = line.stripTrailing();
        String lower = text.toLowerCase(Locale.ROOT);
        diskFull |= lower.contains("no space left on device") || lower.contains("not enough space on the disk");
        if (!text.isEmpty()) {
            last.addLast(text);
            if (last.size() > LAST_LINES) {
                last.removeFirst();
            }
        }
        Matcher module = MAVEN_MODULE.matcher(text);
        if (module.matches()) {
            String file = module.group(1).replace('\\', '/');
            modules.add(file.substring(0, Math.max(0, file.lastIndexOf('/'))));
        }
        if (!readCompiler(text)) {
            readReason(text);
        }
    }

    private boolean readCompiler(String text) {
        if (continued && CONTINUATION.matcher(text).matches()) {
            keep(compiler, "  " + text.replaceFirst("^\\[ERROR\\]", "").strip(), COMPILER_LINES);
            return true;
        }
        for (Pattern pattern : List.of(MAVEN_COMPILER, JAVAC, KOTLINC)) {
            Matcher matcher = pattern.matcher(text);
            if (matcher.matches()) {
                String entry = relative(matcher.group(1)) + ":" + matcher.group(2) + "  " + matcher.group(3);
                // Maven says everything twice
                continued = !compiler.contains(entry);
                if (continued) {
                    keep(compiler, entry, COMPILER_LINES);
                }
                return true;
            }
        }
        continued = false;
        return false;
    }

    private void readReason(String text) {
        if (text.startsWith("* What went wrong:")) {
            gradleReason = true;
        } else if (text.startsWith("* Try:")) {
            gradleReason = false;
        } else if (gradleReason && !text.isBlank()) {
            keep(reason, text, REASON_LINES);
        } else if (text.startsWith("[ERROR] ") || text.startsWith("[FATAL] ")) {
            String message = text.substring(8)
                    .replaceFirst("^\\[(ERROR|FATAL)\\] ", "")
                    .replaceFirst(" @ *$| -> \\[Help \\d+\\]$", "")
                    .strip();
            boolean noise = message.isEmpty()
                    || message.startsWith("-> [Help")
                    || message.startsWith("[Help ")
                    || message.startsWith("To see the full stack trace")
                    || message.startsWith("Re-run Maven")
                    || message.startsWith("For more information about the errors")
                    || message.startsWith("After correcting the problems")
                    || message.startsWith("mvn <args>");
            if (!noise) {
                keep(reason, message, REASON_LINES);
            }
        }
    }

    private static void keep(List<String> lines, String line, int most) {
        if (lines.size() < most && !lines.contains(line)) {
            lines.add(line);
        }
    }

    private String relative(String file) {
        Path path = Path.of(file);
        return path.startsWith(workspace) ? workspace.relativize(path).toString() : file;
    }

    boolean isDiskFull() {
        return diskFull;
    }

    /** The folders of the modules that were built, relative to the build's; empty where the tool does not say. */
    Set<String> modules() {
        return Set.copyOf(modules);
    }

    /** What the compiler found, one entry a line with file and line; empty where it compiled. */
    List<String> compilerErrors() {
        return List.copyOf(compiler);
    }

    /** What the tool says went wrong, else its last lines. */
    List<String> reason() {
        return reason.isEmpty() ? List.copyOf(last) : List.copyOf(reason);
    }

    /** Whether one of the reason's lines contains {@code text}. */
    boolean says(String text) {
        return reason().stream().anyMatch(line -> line.contains(text));
    }
}
