package dev.octavo.engine.image;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a Dockerfile's ENTRYPOINT and CMD say beyond "start the jar": options for the JVM, arguments for the service.
 *
 * @param notes what of them is not done, each as a sentence
 */
record JavaCommand(List<String> options, List<String> arguments, List<String> notes) {
    static JavaCommand of(@Nullable List<String> entrypoint, @Nullable List<String> command) {
        List<String> words = new ArrayList<>(entrypoint == null ? List.of() : entrypoint);
        words.addAll(command == null ? List.of() : command);
        if (words.isEmpty()) {
            return new JavaCommand(List.of(), List.of(), List.of());
        }
        String written = String.join(" ", words);
        boolean shell =
                words.size() >= 3 && words.get(0).endsWith("sh") && words.get(1).equals("-c");
        if (shell) {
            words = Words.split(words.get(2), '\\');
            words.removeIf(word -> word.equals("exec"));
        }
        if (words.isEmpty() || !words.get(0).matches("(?:.*/)?java")) {
            return new JavaCommand(
                    List.of(),
                    List.of(),
                    List.of("The Dockerfile's entrypoint \"" + written
                            + "\" is replaced: the image starts Java itself"));
        }
        List<String> options = new ArrayList<>();
        int i = 1;
        while (i < words.size() && words.get(i).startsWith("-") && !words.get(i).equals("-jar")) {
            boolean pair = words.get(i)
                    .matches("-cp|-classpath|--class-path|-p|--module-path|--add-modules|--add-opens|--add-exports");
            boolean path = words.get(i).matches("-cp|-classpath|--class-path");
            for (int end = Math.min(words.size(), i + (pair ? 2 : 1)); i < end; i++) {
                if (!path) {
                    options.add(words.get(i));
                }
            }
        }
        // a shell may put its options where they are named, between java and -jar
        while (i < words.size() && words.get(i).startsWith("$")) {
            options.add(words.get(i++));
            while (i < words.size()
                    && words.get(i).startsWith("-")
                    && !words.get(i).equals("-jar")) {
                options.add(words.get(i++));
            }
        }
        i += i < words.size() && words.get(i).equals("-jar") ? 2 : 1;
        List<String> arguments = new ArrayList<>(i < words.size() ? words.subList(i, words.size()) : List.of());
        List<String> notes = new ArrayList<>();
        if (shell) {
            take(options, notes);
            take(arguments, notes);
        }
        return new JavaCommand(List.copyOf(options), List.copyOf(arguments), List.copyOf(notes));
    }

    /** Nothing expands variables any more. */
    private static void take(List<String> words, List<String> notes) {
        for (int i = words.size() - 1; i >= 0; i--) {
            if (words.get(i).contains("$")) {
                boolean options = words.get(i).matches("\\$\\{?JAVA_(?:TOOL_)?OPT(?:ION)?S.*");
                notes.add("The Dockerfile's entrypoint names " + words.get(i) + ", and no shell is there to expand it"
                        + (options ? ": set JAVA_TOOL_OPTIONS instead, which Java reads by itself" : ""));
                words.remove(i);
            } else {
                words.set(i, Words.expand(words.get(i), java.util.Map.of(), '\\'));
            }
        }
    }
}
