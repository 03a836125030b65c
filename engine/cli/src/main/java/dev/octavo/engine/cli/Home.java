package dev.octavo.engine.cli;

import java.nio.file.Path;
import java.util.Map;

/** Where the command keeps what outlives a run. All of it may be deleted when no run is under way. */
record Home(Path folder) {
    static Home of(Map<String, String> environment) {
        String chosen = environment.getOrDefault("OCTAVO_HOME", "");
        if (!chosen.isEmpty()) {
            return new Home(Path.of(chosen).toAbsolutePath());
        }
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path base = cache.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        return new Home(base.resolve("octavo").toAbsolutePath());
    }

    /** Downloads and layers. */
    Path cache() {
        return folder.resolve("cache");
    }

    /** Records and logs of runs. */
    Path runs() {
        return folder.resolve("runs");
    }

    /** The sandbox that a run has kept. */
    Path sandbox() {
        return folder.resolve("sandbox");
    }
}
