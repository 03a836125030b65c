package dev.octavo.engine.image;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.Dockerfile.Instruction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the instructions of a stage come to, with all variables expanded.
 *
 * @param environment what they set; the base's own variables are not in it
 * @param ports as {@code 8080/tcp}
 * @param user null where they don't say
 * @param workingDirectory absolute, null where they don't say
 * @param entrypoint null where they don't say; the shell form has its shell in it
 * @param runs what could only be done by running it
 * @param notes what is left out of the image, each as a sentence
 */
record Recipe(
        Map<String, String> environment,
        List<String> ports,
        @Nullable String user,
        @Nullable String workingDirectory,
        Map<String, String> labels,
        List<String> volumes,
        @Nullable List<String> entrypoint,
        @Nullable List<String> command,
        @Nullable String stopSignal,
        List<Copy> copies,
        List<Instruction> runs,
        List<String> notes) {
    private static final Pattern PORT = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/(tcp|udp))?");
    private static final int PORTS_MAX = 1000;

    /** Says nothing at all. */
    static final Recipe NONE = new Recipe(
            Map.of(), List.of(), null, null, Map.of(), List.of(), null, null, null, List.of(), List.of(), List.of());

    /**
     * One COPY or ADD.
     *
     * @param destination absolute; ends with a slash where it was written so
     * @param from the stage or image that it copies from, null for the build's own folder
     */
    record Copy(
            Instruction instruction,
            List<String> sources,
            String destination,
            @Nullable String from,
            String owner,
            String mode) {}

    /** Goes through the instructions in their order. */
    static Recipe of(
            Dockerfile dockerfile,
            List<Instruction> instructions,
            Map<String, String> baseEnvironment,
            @Nullable String baseWorkingDirectory,
            Map<String, String> buildArguments) {
        return new Reader(dockerfile, baseEnvironment, baseWorkingDirectory, buildArguments).read(instructions);
    }

    private static final class Reader {
        private final Dockerfile dockerfile;
        private final Map<String, String> buildArguments;
        private final Map<String, String> variables = new HashMap<>();
        private final Map<String, String> environment = new LinkedHashMap<>();
        private final Set<String> ports = new LinkedHashSet<>();
        private final Map<String, String> labels = new LinkedHashMap<>();
        private final Set<String> volumes = new LinkedHashSet<>();
        private final List<Copy> copies = new ArrayList<>();
        private final List<Instruction> runs = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private List<String> shell = List.of("/bin/sh", "-c");
        private String directory;
        private @Nullable String user;
        private @Nullable String workingDirectory;
        private @Nullable List<String> entrypoint;
        private @Nullable List<String> command;
        private @Nullable String stopSignal;

        Reader(
                Dockerfile dockerfile,
                Map<String, String> baseEnvironment,
                @Nullable String baseWorkingDirectory,
                Map<String, String> buildArguments) {
            this.dockerfile = dockerfile;
            this.buildArguments = buildArguments;
            this.directory =
                    baseWorkingDirectory == null || baseWorkingDirectory.isEmpty() ? "/" : baseWorkingDirectory;
            variables.putAll(baseEnvironment);
        }

        Recipe read(List<Instruction> instructions) {
            instructions.forEach(this::take);
            return new Recipe(
                    environment,
                    List.copyOf(ports),
                    user,
                    workingDirectory,
                    labels,
                    List.copyOf(volumes),
                    entrypoint,
                    command,
                    stopSignal,
                    copies,
                    runs,
                    notes);
        }

        private void take(Instruction it) {
            switch (it.keyword()) {
                case "ARG" -> words(it).forEach(this::argument);
                case "ENV" ->
                    pairs(it).forEach((name, value) -> {
                        environment.put(name, value);
                        variables.put(name, value);
                    });
                case "LABEL" -> labels.putAll(pairs(it));
                case "EXPOSE" -> words(it).forEach(word -> expose(it, expand(word)));
                case "USER" -> user = expand(it.text());
                case "WORKDIR" -> {
                    directory = absolute(expand(it.text()));
                    workingDirectory = directory;
                }
                case "VOLUME" -> list(it).forEach(each -> volumes.add(expand(each)));
                case "STOPSIGNAL" -> stopSignal = expand(it.text());
                case "SHELL" -> shell = it.words() == null ? shell : it.words();
                case "ENTRYPOINT" -> {
                    entrypoint = form(it);
                    command = null; // Docker forgets the base's CMD too
                }
                case "CMD" -> command = form(it);
                case "COPY", "ADD" -> copies.add(copy(it));
                case "RUN" -> runs.add(it);
                case "HEALTHCHECK" ->
                    notes.add(note(
                            it, "HEALTHCHECK is left out: OCI images have none, and Kubernetes has its own probes"));
                case "ONBUILD" -> notes.add(note(it, "ONBUILD is left out"));
                default -> labels.putIfAbsent("maintainer", expand(it.text())); // MAINTAINER
            }
        }

        private String note(Instruction it, String text) {
            return dockerfile.file().getFileName() + ":" + it.line() + ": " + text;
        }

        private void argument(String word) {
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            String given = buildArguments.get(name);
            String value = given != null
                    ? given
                    : equals < 0 ? dockerfile.arguments().get(name) : expand(word.substring(equals + 1));
            if (value != null && !environment.containsKey(name)) { // ENV wins over ARG
                variables.put(name, value);
            }
        }

        private Map<String, String> pairs(Instruction it) {
            List<String> words = words(it);
            Map<String, String> pairs = new LinkedHashMap<>();
            if (words.get(0).indexOf('=') < 0) {
                String name = words.get(0);
                pairs.put(
                        expand(name), expand(it.text().substring(name.length()).strip()));
                return pairs;
            }
            for (String word : words) {
                int equals = word.indexOf('=');
                if (equals <= 0) {
                    throw wrong(it, "\"" + word + "\" has no value: write name=value");
                }
                pairs.put(expand(word.substring(0, equals)), expand(word.substring(equals + 1)));
            }
            return pairs;
        }

        private void expose(Instruction it, String word) {
            Matcher matcher = PORT.matcher(word);
            if (!matcher.matches()) {
                throw wrong(it, "\"" + word + "\" is no port");
            }
            int first = Integer.parseInt(matcher.group(1));
            int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
            if (first < 1 || last > 65535 || last < first || last - first > PORTS_MAX) {
                throw wrong(it, "\"" + word + "\" is no port between 1 and 65535");
            }
            String protocol = matcher.group(3) == null ? "tcp" : matcher.group(3);
            for (int port = first; port <= last; port++) {
                ports.add(port + "/" + protocol);
            }
        }

        private Copy copy(Instruction it) {
            List<String> words = new ArrayList<>();
            list(it).forEach(word -> words.add(expand(word)));
            if (words.size() < 2) {
                throw wrong(it, it.keyword() + " wants what to copy and where to");
            }
            if (words.get(0).startsWith("<<")) {
                throw wrong(it, "text in the Dockerfile itself (<<) is not supported here: put it into a file");
            }
            String destination = words.remove(words.size() - 1);
            String flat = absolute(destination);
            boolean folder = destination.endsWith("/") || destination.equals(".") || destination.endsWith("/.");
            return new Copy(
                    it,
                    List.copyOf(words),
                    folder && !flat.endsWith("/") ? flat + "/" : flat,
                    it.flags().containsKey("from") ? expand(it.flags().getOrDefault("from", "")) : null,
                    expand(it.flags().getOrDefault("chown", "")),
                    expand(it.flags().getOrDefault("chmod", "")));
        }

        private List<String> form(Instruction it) {
            List<String> words = it.words();
            if (words != null) {
                return words;
            }
            List<String> all = new ArrayList<>(shell);
            all.add(it.text());
            return List.copyOf(all);
        }

        private List<String> list(Instruction it) {
            List<String> words = it.words();
            return words != null ? words : words(it);
        }

        private List<String> words(Instruction it) {
            return Words.split(it.text(), dockerfile.escape());
        }

        private String expand(String text) {
            return Words.expand(text, variables, dockerfile.escape());
        }

        /** Normalised, so that what goes into the image has one name for one place. */
        private String absolute(String path) {
            List<String> parts = new ArrayList<>();
            for (String part : (path.startsWith("/") ? path : directory + "/" + path).split("/")) {
                if (part.equals("..")) {
                    if (!parts.isEmpty()) {
                        parts.remove(parts.size() - 1);
                    }
                } else if (!part.isEmpty() && !part.equals(".")) {
                    parts.add(part);
                }
            }
            return "/" + String.join("/", parts);
        }

        private EngineException wrong(Instruction it, String why) {
            return new EngineException(
                    ErrorCode.CONFIG_FILE,
                    "The Dockerfile's " + it.keyword() + " cannot be understood",
                    dockerfile.file() + ":" + it.line(),
                    why,
                    "correct the line");
        }
    }
}
