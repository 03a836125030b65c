package dev.octavo.engine.image;

import dev.octavo.engine.image.Dockerfile.Instruction;
import dev.octavo.engine.image.Dockerfile.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Dockerfile in which each image from elsewhere is named by what was looked up for it. Its lines are where they were.
 *
 * @param text to be built
 * @param names what was written, by what stands in its place
 */
record PinnedDockerfile(String text, Map<String, String> names) {
    private static final Pattern PLATFORM = Pattern.compile("--platform=(\\S+)");
    private static final Pattern COPY_FROM = Pattern.compile("(--from=)([^\\s]+)");
    private static final Pattern MOUNT_FROM = Pattern.compile("(--mount=(?:\\S*,)?from=)([^,\\s]+)");

    PinnedDockerfile {
        names = Map.copyOf(names);
    }

    /** Looks an image up. */
    @FunctionalInterface
    interface Places {
        /**
         * What the image is called for the program that builds.
         *
         * @param reference as written, with its variables expanded
         * @param line where it stands
         * @param here whether it is to run on this machine, whatever the image is for
         * @param base whether it is what the image itself is built on
         */
        String of(String reference, int line, boolean here, boolean base) throws java.io.IOException;
    }

    /** Looks all images up and writes where they are. */
    static PinnedDockerfile of(Dockerfile dockerfile, String text, Map<String, String> arguments, Places places)
            throws java.io.IOException {
        return new Writer(dockerfile, text, arguments, places).write();
    }

    private static final class Writer {
        private final Dockerfile dockerfile;
        private final List<String> lines;
        private final Map<String, String> values;
        private final Places places;
        private final Map<String, String> names = new LinkedHashMap<>();
        private final List<String> stages = new ArrayList<>();

        Writer(Dockerfile dockerfile, String text, Map<String, String> arguments, Places places) {
            this.dockerfile = dockerfile;
            this.lines = new ArrayList<>(text.lines().toList());
            this.values = new HashMap<>(dockerfile.arguments());
            dockerfile.arguments().keySet().forEach(name -> {
                String given = arguments.get(name);
                if (given != null) {
                    values.put(name, given);
                }
            });
            this.places = places;
        }

        PinnedDockerfile write() throws java.io.IOException {
            int base = dockerfile.chain(values).line();
            for (Stage stage : dockerfile.stages()) {
                from(stage, stage.line() == base);
                for (Instruction each : stage.instructions()) {
                    if (each.keyword().equals("COPY") || each.keyword().equals("ADD")) {
                        replace(each, COPY_FROM);
                    } else if (each.keyword().equals("RUN")) {
                        replace(each, MOUNT_FROM);
                    }
                }
                stages.add(stage.name() == null ? "" : stage.name());
            }
            return new PinnedDockerfile(String.join("\n", lines) + "\n", names);
        }

        private void from(Stage stage, boolean base) throws java.io.IOException {
            String from = Words.expand(stage.from(), values, dockerfile.escape());
            if (isStage(from) || from.equals(BaseImages.SCRATCH)) {
                return;
            }
            int last = last(stage.line());
            String written = String.join(" ", lines.subList(stage.line() - 1, last));
            Matcher platform = PLATFORM.matcher(written);
            boolean here = platform.find() && platform.group(1).contains("BUILDPLATFORM");
            String place = place(from, stage.line(), here, base);
            lines.set(stage.line() - 1, "FROM " + place + (stage.name() == null ? "" : " AS " + stage.name()));
            for (int i = stage.line(); i < last; i++) {
                lines.set(i, "");
            }
        }

        private void replace(Instruction instruction, Pattern pattern) throws java.io.IOException {
            int last = last(instruction.line());
            for (int i = instruction.line() - 1; i < last; i++) {
                StringBuilder line = new StringBuilder();
                Matcher matcher = pattern.matcher(lines.get(i));
                while (matcher.find()) {
                    String from = matcher.group(2);
                    boolean known = isStage(from) || from.contains("$");
                    matcher.appendReplacement(
                            line,
                            Matcher.quoteReplacement(
                                    matcher.group(1) + (known ? from : place(from, instruction.line(), false, false))));
                }
                matcher.appendTail(line);
                lines.set(i, line.toString());
            }
        }

        private String place(String from, int line, boolean here, boolean base) throws java.io.IOException {
            String place = places.of(from, line, here, base);
            names.put(place, from);
            return place;
        }

        private boolean isStage(String name) {
            return stages.contains(name.toLowerCase(Locale.ROOT))
                    || (name.matches("[0-9]{1,4}") && Integer.parseInt(name) < stages.size());
        }

        /** The last line of the instruction that begins in a line, both counted from 1. */
        private int last(int first) {
            int line = first;
            while (line < lines.size()) {
                String text = lines.get(line - 1).strip();
                boolean comment = line > first && (text.isEmpty() || text.startsWith("#"));
                if (!comment && !text.endsWith(String.valueOf(dockerfile.escape()))) {
                    return line;
                }
                line++;
            }
            return line;
        }
    }
}
