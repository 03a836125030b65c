package dev.octavo.engine.image;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Dockerfile, read and not run.
 *
 * @param file where it is, for messages
 * @param escape what continues a line, usually a backslash
 * @param arguments the {@code ARG}s before the first {@code FROM}, with their defaults; "" where there is none
 */
public record Dockerfile(Path file, char escape, Map<String, String> arguments, List<Stage> stages) {
    private static final Set<String> KNOWN = Set.of(
            "ADD",
            "ARG",
            "CMD",
            "COPY",
            "ENTRYPOINT",
            "ENV",
            "EXPOSE",
            "FROM",
            "HEALTHCHECK",
            "LABEL",
            "MAINTAINER",
            "ONBUILD",
            "RUN",
            "SHELL",
            "STOPSIGNAL",
            "USER",
            "VOLUME",
            "WORKDIR");
    private static final Set<String> WITH_FLAGS = Set.of("ADD", "COPY", "FROM", "HEALTHCHECK", "RUN");
    private static final Pattern DIRECTIVE = Pattern.compile("#\\s*([A-Za-z]+)\\s*=\\s*(\\S+)\\s*");
    private static final Pattern FLAG = Pattern.compile("--([a-z-]+)(?:=(\\S*))?\\s+");
    private static final Pattern HEREDOC = Pattern.compile("<<-?([\"']?)([A-Za-z_][A-Za-z0-9_]*)\\1");
    private static final Pattern STAGE_NAME = Pattern.compile("(\\S+)(?:\\s+[aA][sS]\\s+(\\S+))?");

    public Dockerfile {
        arguments = Map.copyOf(arguments);
        stages = List.copyOf(stages);
    }

    /**
     * One line with its continuations.
     *
     * @param line where it begins, from 1
     * @param keyword in capitals
     * @param flags {@code --name=value}, without the dashes
     * @param text what follows keyword and flags, unexpanded
     * @param words the elements of the JSON form; null for the shell form
     */
    public record Instruction(
            int line,
            String keyword,
            Map<String, String> flags,
            String text,
            @Nullable List<String> words) {
        public Instruction {
            flags = Map.copyOf(flags);
            words = words == null ? null : List.copyOf(words);
        }
    }

    /**
     * From one {@code FROM} to the next.
     *
     * @param name what it is called by {@code AS}, null where it has no name
     * @param from the image or earlier stage as written, unexpanded
     */
    public record Stage(int line, @Nullable String name, String from, List<Instruction> instructions) {
        public Stage {
            instructions = List.copyOf(instructions);
        }
    }

    /**
     * What the image of a stage is made from: its own instructions after those of the stages that it builds on.
     *
     * @param base the image that comes from outside; {@code scratch} for none
     * @param line of the {@code FROM} that names it
     */
    public record Chain(String base, int line, List<Instruction> instructions) {
        public Chain {
            instructions = List.copyOf(instructions);
        }
    }

    /**
     * Reads a file.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_FILE} where it cannot be read or is no Dockerfile
     */
    public static Dockerfile parse(Path file) {
        try {
            return parse(file, Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.CONFIG_FILE,
                    "The Dockerfile cannot be read",
                    file.toString(),
                    e instanceof java.nio.file.NoSuchFileException
                            ? "there is no such file"
                            : String.valueOf(e.getMessage()),
                    "check the path, and that the file is UTF-8",
                    e);
        }
    }

    /** Reads a text; {@code file} is for messages alone. */
    public static Dockerfile parse(Path file, String text) {
        List<String> lines = text.startsWith("\uFEFF")
                ? text.substring(1).lines().toList()
                : text.lines().toList();
        char escape = escape(lines);
        Map<String, String> arguments = new LinkedHashMap<>();
        List<Stage> stages = new ArrayList<>();
        List<Instruction> current = new ArrayList<>();
        for (Instruction instruction : instructions(file, lines, escape)) {
            if (instruction.keyword().equals("FROM")) {
                close(stages, current);
                current = new ArrayList<>();
                Matcher matcher = STAGE_NAME.matcher(instruction.text());
                if (!matcher.matches()) {
                    throw wrong(file, instruction.line(), "FROM wants an image, and may have a name after AS");
                }
                String name = matcher.group(2);
                stages.add(new Stage(
                        instruction.line(),
                        name == null ? null : name.toLowerCase(Locale.ROOT),
                        matcher.group(1),
                        List.of()));
            } else if (!stages.isEmpty()) {
                current.add(instruction);
            } else if (instruction.keyword().equals("ARG")) {
                for (String word : Words.split(instruction.text(), escape)) {
                    int equals = word.indexOf('=');
                    String value = equals < 0 ? "" : word.substring(equals + 1);
                    arguments.put(
                            equals < 0 ? word : word.substring(0, equals), Words.expand(value, arguments, escape));
                }
            } else {
                throw wrong(file, instruction.line(), "only ARG may come before the first FROM");
            }
        }
        if (stages.isEmpty()) {
            throw wrong(file, Math.max(1, lines.size()), "it has no FROM");
        }
        close(stages, current);
        return new Dockerfile(file, escape, arguments, stages);
    }

    private static void close(List<Stage> stages, List<Instruction> instructions) {
        if (!stages.isEmpty()) {
            int last = stages.size() - 1;
            Stage open = stages.get(last);
            stages.set(last, new Stage(open.line(), open.name(), open.from(), instructions));
        }
    }

    /** The last stage, which is the image's. */
    public Stage finalStage() {
        return stages.get(stages.size() - 1);
    }

    /**
     * The last stage with all that it builds on.
     *
     * @param buildArguments values for {@code ARG}s, before their defaults
     * @throws EngineException {@link ErrorCode#CONFIG_FILE} where the base's name stays empty
     */
    public Chain chain(Map<String, String> buildArguments) {
        Map<String, String> values = new HashMap<>(arguments);
        arguments.keySet().forEach(name -> {
            String given = buildArguments.get(name);
            if (given != null) {
                values.put(name, given);
            }
        });
        List<Instruction> all = new ArrayList<>();
        int index = stages.size() - 1;
        while (true) {
            Stage stage = stages.get(index);
            all.addAll(0, stage.instructions());
            String from = Words.expand(stage.from(), values, escape);
            if (from.isEmpty() || from.contains("$")) {
                throw new EngineException(
                        ErrorCode.CONFIG_FILE,
                        "The Dockerfile's base image has no name",
                        file + ":" + stage.line(),
                        "\"" + stage.from() + "\" is \"" + from + "\" with the defaults of the ARGs before it",
                        "give the ARG a default, or pass the build argument");
            }
            Optional<Integer> earlier = stage(from, index);
            if (earlier.isEmpty()) {
                return new Chain(from, stage.line(), all);
            }
            index = earlier.get();
        }
    }

    private Optional<Integer> stage(String name, int before) {
        for (int i = before - 1; i >= 0; i--) {
            if (name.toLowerCase(Locale.ROOT).equals(stages.get(i).name())) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    private static char escape(List<String> lines) {
        for (String line : lines) {
            Matcher matcher = DIRECTIVE.matcher(line);
            if (!matcher.matches()) {
                return '\\'; // directives come before everything else
            }
            if (matcher.group(1).equalsIgnoreCase("escape")) {
                return matcher.group(2).charAt(0);
            }
        }
        return '\\';
    }

    private static List<Instruction> instructions(Path file, List<String> lines, char escape) {
        List<Instruction> result = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            int begin = i + 1;
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            StringBuilder text = new StringBuilder();
            boolean more = true;
            while (more) {
                more = line.endsWith(String.valueOf(escape));
                text.append(more ? line.substring(0, line.length() - 1) : line);
                if (more) {
                    i++;
                    // comments and empty lines between continued ones don't end them
                    while (i < lines.size()
                            && (lines.get(i).isBlank() || lines.get(i).strip().startsWith("#"))) {
                        i++;
                    }
                    more = i < lines.size();
                    line = more ? lines.get(i).stripTrailing() : "";
                }
            }
            Instruction instruction = instruction(file, begin, text.toString().strip());
            result.add(instruction);
            i = skipHeredocs(file, instruction, lines, i);
        }
        return result;
    }

    private static int skipHeredocs(Path file, Instruction instruction, List<String> lines, int index) {
        if (!Set.of("RUN", "COPY", "ADD").contains(instruction.keyword())) {
            return index;
        }
        int i = index;
        Matcher matcher = HEREDOC.matcher(instruction.text());
        while (matcher.find()) {
            String end = matcher.group(2);
            do {
                i++;
                if (i >= lines.size()) {
                    throw wrong(file, instruction.line(), "the text after <<" + end + " has no end");
                }
            } while (!lines.get(i).strip().equals(end));
        }
        return i;
    }

    private static Instruction instruction(Path file, int line, String text) {
        int space = 0;
        while (space < text.length() && !Character.isWhitespace(text.charAt(space))) {
            space++;
        }
        String keyword = text.substring(0, space).toUpperCase(Locale.ROOT);
        if (!KNOWN.contains(keyword)) {
            throw wrong(file, line, "\"" + text.substring(0, space) + "\" is no instruction of a Dockerfile");
        }
        String rest = text.substring(space).strip();
        Map<String, String> flags = new LinkedHashMap<>();
        if (WITH_FLAGS.contains(keyword)) {
            Matcher matcher = FLAG.matcher(rest + " ");
            int from = 0;
            while (matcher.find(from) && matcher.start() == from) {
                String value = matcher.group(2);
                flags.put(matcher.group(1), value == null ? "" : value);
                from = matcher.end();
            }
            rest = from > rest.length() ? "" : rest.substring(from).strip();
        }
        if (rest.isEmpty() && !keyword.equals("RUN")) {
            throw wrong(file, line, keyword + " has nothing after it");
        }
        return new Instruction(line, keyword, flags, rest, words(rest));
    }

    private static @Nullable List<String> words(String text) {
        if (!text.startsWith("[")) {
            return null;
        }
        try {
            JsonNode array = JsonMapper.shared().readTree(text);
            List<String> words = new ArrayList<>();
            for (JsonNode each : array) {
                if (!each.isString()) {
                    return null;
                }
                words.add(each.asString());
            }
            return words;
        } catch (JacksonException e) {
            return null; // what is no JSON is the shell form, as with Docker
        }
    }

    private static EngineException wrong(Path file, int line, String why) {
        return new EngineException(
                ErrorCode.CONFIG_FILE,
                "The Dockerfile cannot be read",
                file + ":" + line,
                why,
                "correct the line; docker build would refuse it too");
    }
}
