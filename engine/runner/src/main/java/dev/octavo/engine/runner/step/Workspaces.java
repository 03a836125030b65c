package dev.octavo.engine.runner.step;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Gives each {@code node} a folder that no other one uses at the same time. */
public final class Workspaces {
    private final Set<Path> used = new HashSet<>();

    /** The folder, or the folder with {@code @2}, {@code @3}… as in Jenkins. */
    public synchronized Path allocate(Path wanted) {
        Path folder = wanted;
        for (int i = 2; !used.add(folder); i++) {
            folder = wanted.resolveSibling(wanted.getFileName() + "@" + i);
        }
        return folder;
    }

    /** The {@code node} is done. */
    public synchronized void release(Path folder) {
        used.remove(folder);
    }
}
