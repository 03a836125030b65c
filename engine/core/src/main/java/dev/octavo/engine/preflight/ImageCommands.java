package dev.octavo.engine.preflight;

import dev.octavo.engine.preflight.script.ShellScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The commands that build, name and push images. */
final class ImageCommands {
    private static final Set<String> PROGRAMS = Set.of("docker", "podman", "nerdctl", "buildah", "img");

    private ImageCommands() {}

    private static int verb(ShellScript.Command command) {
        if (!PROGRAMS.contains(command.name())) {
            return -1;
        }
        return Set.of("image", "buildx").contains(command.word(1)) ? 2 : 1;
    }

    static boolean is(ShellScript.Command command, String verb) {
        int at = verb(command);
        return at > 0 && command.word(at).equals(verb);
    }

    static boolean isPush(ShellScript.Command command) {
        return is(command, "push")
                || (is(command, "build") && command.has("--push"))
                || command.name().equals("executor");
    }

    /** The images that a command pushes. */
    static List<ShellScript.Word> pushed(ShellScript.Command command) {
        if (command.name().equals("executor") || command.name().equals("kaniko")) {
            return command.options("-d", "--destination");
        }
        if (is(command, "push")) {
            return arguments(command).stream()
                    .limit(command.name().equals("buildah") ? 2 : 1)
                    .toList();
        }
        return is(command, "build") && command.has("--push") ? command.options("-t", "--tag") : List.of();
    }

    /** All images that a command names as its own. */
    static List<ShellScript.Word> named(ShellScript.Command command) {
        List<ShellScript.Word> named = new ArrayList<>(pushed(command));
        if (is(command, "build")) {
            named.addAll(command.options("-t", "--tag"));
        } else if (is(command, "tag")) {
            named.addAll(arguments(command));
        }
        return named;
    }

    private static List<ShellScript.Word> arguments(ShellScript.Command command) {
        List<ShellScript.Word> words = command.words();
        return words.subList(Math.min(words.size(), verb(command) + 1), words.size()).stream()
                .filter(word -> !word.text().startsWith("-"))
                .toList();
    }
}
