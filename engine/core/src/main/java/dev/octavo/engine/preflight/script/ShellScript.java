package dev.octavo.engine.preflight.script;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A shell script, read as far as its commands, words and variables.
 *
 * @param commands in their order, those of substitutions before the command that they are in
 * @param variables all uses of variables that the shell itself expands
 * @param assigned the variables that it sets itself, with their value where that is plain to see, else {@code ""}
 * @param open whether it may set variables that cannot be seen, as {@code source} does
 */
public record ShellScript(
        List<Command> commands, List<Variable> variables, Map<String, String> assigned, boolean open) {
    private static final Set<String> KEYWORDS =
            Set.of("if", "then", "else", "elif", "fi", "do", "done", "while", "until", "{", "}", "!", "time", "esac");
    private static final Set<String> WRAPPERS = Set.of("sudo", "exec", "nohup", "command", "env", "time", "eval");

    public ShellScript {
        commands = List.copyOf(commands);
        variables = List.copyOf(variables);
        assigned = Map.copyOf(assigned);
    }

    /**
     * A command.
     *
     * @param words without redirections; the first is its name
     * @param input the file after {@code <}; {@code ""} for none
     * @param output the file after {@code >}; {@code ""} for none
     * @param piped whether what it prints goes into the next one
     * @param fallback whether another command follows where it fails: {@code ||}
     */
    public record Command(List<Word> words, String input, String output, boolean piped, boolean fallback) {
        public Command {
            words = List.copyOf(words);
        }

        /** Its name, without its folder. */
        public String name() {
            String first = words.isEmpty() ? "" : words.get(0).text();
            return first.substring(first.lastIndexOf('/') + 1);
        }

        /** The word of an index, {@code ""} where there is none. */
        public String word(int index) {
            return index < words.size() ? words.get(index).text() : "";
        }

        /** Whether it begins with these words. */
        public boolean begins(String... begin) {
            if (words.size() < begin.length || !name().equals(begin[0])) {
                return false;
            }
            for (int i = 1; i < begin.length; i++) {
                if (!word(i).equals(begin[i])) {
                    return false;
                }
            }
            return true;
        }

        /** The word after an option, or what is behind its equals sign. */
        public Optional<Word> option(String... names) {
            for (int i = 1; i < words.size(); i++) {
                for (String name : names) {
                    Word word = words.get(i);
                    if (word.text().equals(name) && i + 1 < words.size()) {
                        return Optional.of(words.get(i + 1));
                    }
                    if (word.text().startsWith(name + "=")) {
                        return Optional.of(word.from(name.length() + 1));
                    }
                }
            }
            return Optional.empty();
        }

        /** All words after an option. */
        public List<Word> options(String... names) {
            List<Word> found = new ArrayList<>();
            for (int i = 1; i < words.size(); i++) {
                for (String name : names) {
                    Word word = words.get(i);
                    if (word.text().equals(name) && i + 1 < words.size()) {
                        found.add(words.get(i + 1));
                    } else if (word.text().startsWith(name + "=")) {
                        found.add(word.from(name.length() + 1));
                    }
                }
            }
            return found;
        }

        public boolean has(String word) {
            return words.stream().anyMatch(each -> each.text().equals(word));
        }
    }

    /**
     * A word without its quotes; a variable in it is <code>${NAME}</code>, whatever its form was, and what another
     * command prints is {@code $()}.
     */
    public record Word(String text, int start, int end) {
        Word from(int index) {
            return new Word(text.substring(index), start + index, end);
        }
    }

    /**
     * A use of a variable.
     *
     * @param optional whether the script says what stands for it where it is not set
     */
    public record Variable(String name, int start, int end, boolean optional) {}

    public static ShellScript read(String text) {
        Builder builder = new Builder();
        new ShellReader(text, 0, text.length(), builder).read();
        return new ShellScript(builder.commands, builder.variables, builder.assigned, builder.open);
    }

    /** Collects what a reader finds. */
    static final class Builder {
        private final List<Command> commands = new ArrayList<>();
        private final List<Variable> variables = new ArrayList<>();
        private final Map<String, String> assigned = new TreeMap<>();
        private final Set<String> several = new HashSet<>();
        private boolean open;

        void variable(Variable variable) {
            variables.add(variable);
        }

        void assign(String name, String value) {
            String known = assigned.get(name);
            if (known != null && !known.equals(value)) {
                several.add(name);
            }
            assigned.put(name, several.contains(name) ? "" : value);
        }

        /** Adds a command without the keywords, wrappers and assignments before it. */
        void command(List<Word> words, String input, String output, boolean piped, boolean fallback) {
            int from = 0;
            while (from < words.size()) {
                String word = words.get(from).text();
                int equals = word.indexOf('=');
                if (equals > 0 && isName(word.substring(0, equals))) {
                    assign(word.substring(0, equals), word.substring(equals + 1));
                } else if (!KEYWORDS.contains(word) && !(WRAPPERS.contains(word) && from + 1 < words.size())) {
                    break;
                } else if (word.equals("eval")) {
                    open = true;
                }
                from++;
            }
            if (from == words.size()) {
                return;
            }
            Command command = new Command(words.subList(from, words.size()), input, output, piped, fallback);
            commands.add(command);
            declare(command);
        }

        private void declare(Command command) {
            switch (command.name()) {
                case "export", "local", "declare", "typeset", "readonly" -> assignments(command);
                case "read", "mapfile", "readarray", "unset" ->
                    command.words().stream().skip(1).forEach(word -> assign(word.text(), ""));
                case "for", "select" -> assign(command.word(1), "");
                case "getopts" -> assign(command.word(2), "");
                case "printf" -> command.option("-v").ifPresent(word -> assign(word.text(), ""));
                case ".", "source", "set" ->
                    open = open
                            || !command.name().equals("set")
                            || command.word(1).equals("--");
                default -> {
                    // sets nothing
                }
            }
        }

        private void assignments(Command command) {
            for (Word word : command.words().subList(1, command.words().size())) {
                int equals = word.text().indexOf('=');
                if (equals > 0) {
                    assign(word.text().substring(0, equals), word.text().substring(equals + 1));
                } else if (isName(word.text()) && !command.name().equals("export")) {
                    assign(word.text(), "");
                }
            }
        }

        static boolean isName(String text) {
            if (text.isEmpty() || Character.isDigit(text.charAt(0))) {
                return false;
            }
            return text.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '_'));
        }
    }
}
