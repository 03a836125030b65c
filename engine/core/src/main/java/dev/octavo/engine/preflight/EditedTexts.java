package dev.octavo.engine.preflight;

import dev.octavo.engine.preflight.script.ShellScript;
import java.util.Set;

/** Whether a pipeline replaces a placeholder by a program of its own. */
final class EditedTexts {
    private static final Set<String> EDITORS = Set.of("sed", "perl", "awk", "python", "python3");

    private EditedTexts() {}

    static boolean mentions(PipelineFacts facts, String placeholder) {
        String name = placeholder.replaceAll("[^A-Za-z0-9_.-]", "");
        for (ShellUse shell : facts.shells()) {
            for (ShellScript.Command command : shell.script().commands()) {
                if (EDITORS.contains(command.name())
                        && command.words().stream().anyMatch(word -> word.text().contains(name))) {
                    return true;
                }
            }
        }
        return false;
    }
}
