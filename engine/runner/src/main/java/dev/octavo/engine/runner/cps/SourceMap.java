package dev.octavo.engine.runner.cps;

import dev.octavo.engine.runner.api.SourcePlace;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Knows which file a compiled class came from, as it is shown to people. */
public final class SourceMap {
    private final Map<String, String> fileByClass = new ConcurrentHashMap<>();
    private final List<Path> roots = new CopyOnWriteArrayList<>();

    void addRoot(Path root) {
        roots.add(root.toAbsolutePath().normalize());
    }

    void add(String className, String file) {
        fileByClass.put(className, file);
    }

    /** The file of a class, as it is shown. */
    public String file(String className) {
        int nested = className.indexOf('$');
        String name = nested > 0 ? className.substring(0, nested) : className;
        return fileByClass.getOrDefault(name, name);
    }

    /** How a source is shown: relative to the library that it is of. */
    String display(String sourceName) {
        String known = fileByClass.get(sourceName);
        if (known != null) {
            return known;
        }
        String file = sourceName.startsWith("file:") ? sourceName.substring("file:".length()) : sourceName;
        while (file.startsWith("//")) {
            file = file.substring(1);
        }
        if (!file.startsWith("/")) {
            return file;
        }
        Path path = Path.of(file).normalize();
        for (Path root : roots) {
            if (path.startsWith(root)) {
                return root.relativize(path).toString().replace('\\', '/');
            }
        }
        return file;
    }

    /** The innermost place of the pipeline's own code; {@link SourcePlace#UNKNOWN} where there is none. */
    public SourcePlace innermost(List<StackTraceElement> stack) {
        for (StackTraceElement element : stack) {
            SourcePlace place = place(element);
            if (place != null) {
                return place;
            }
        }
        return SourcePlace.UNKNOWN;
    }

    @Nullable
    SourcePlace place(StackTraceElement element) {
        if (element.getLineNumber() <= 0) {
            return null;
        }
        String name = element.getClassName();
        int nested = name.indexOf('$');
        String file = fileByClass.get(nested > 0 ? name.substring(0, nested) : name);
        return file == null ? null : new SourcePlace(file, element.getLineNumber());
    }
}
