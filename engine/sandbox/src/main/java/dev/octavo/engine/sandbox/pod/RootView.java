package dev.octavo.engine.sandbox.pod;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A container's files: a folder of links to the image's, with folders of the container's own where it may write.
 *
 * <p>Nothing makes a process see this folder as its root. So paths in its command line and environment are rewritten to lie
 * in here, where they name something that is here.
 */
final class RootView {
    /** Where programs write, wherever they come from. */
    private static final List<String> WRITABLE =
            List.of("/tmp", "/var/tmp", "/run", "/var/run", "/var/log", "/var/cache", "/var/lib");

    /** Folders that mean this machine's own. */
    private static final List<String> HOST = List.of("/dev", "/proc", "/sys");

    private static final int MAX_DEPTH = 12;

    /** A path in a text: at its beginning, or behind what separates values. */
    private static final Pattern PATH = Pattern.compile("(?<=^|[=:,;@\"'\\s(])(/[^\\s:;,=\"'()*?]+)");

    private final Path image;
    private final Path view;

    private RootView(Path image, Path view) {
        this.image = image;
        this.view = view;
    }

    /**
     * Makes the folder.
     *
     * @param image the image's files, which stay as they are
     * @param view is created
     * @param own folders of the image that the container gets for itself, with links to the image's files in them
     */
    static RootView create(Path image, Path view, Collection<String> own) throws IOException {
        RootView root = new RootView(image, view);
        Files.createDirectories(view);
        root.open(Path.of(""), 0);
        for (String path : WRITABLE) {
            root.expand(path, 1);
        }
        Files.createDirectories(view.resolve("tmp"));
        for (String path : own) {
            if (!path.isEmpty() && !path.equals("/")) {
                root.expand(path, MAX_DEPTH);
                Path folder = root.path(path);
                Files.createDirectories(folder);
            }
        }
        return root;
    }

    Path path(String absolute) {
        Path relative = Path.of(absolute.replaceFirst("^/+", "")).normalize();
        return relative.startsWith("..") ? view : view.resolve(relative);
    }

    Path temporary() {
        return view.resolve("tmp");
    }

    /** Puts a file or folder of this machine at a path of the container. */
    void mount(String at, Path source) throws IOException {
        Path relative = Path.of(at.replaceFirst("^/+", "")).normalize();
        Path parent = relative.getParent();
        if (parent != null) {
            expand("/" + parent, 1);
            Files.createDirectories(view.resolve(parent));
        }
        Path target = view.resolve(relative);
        clear(target);
        Files.createSymbolicLink(target, source);
    }

    private static void clear(Path target) throws IOException {
        if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> children = Files.list(target)) {
                for (Path child : children.toList()) {
                    clear(child);
                }
            }
        }
        Files.deleteIfExists(target);
    }

    /** Turns a folder of the image into one of the container's own, with all folders above it. */
    private void expand(String absolute, int depth) throws IOException {
        Path relative = Path.of(absolute.replaceFirst("^/+", "")).normalize();
        if (relative.startsWith("..") || !Files.isDirectory(image.resolve(relative))) {
            return;
        }
        Path each = Path.of("");
        for (Path step : relative) {
            each = each.resolve(step);
            open(each, 0);
        }
        open(relative, depth);
    }

    /** Makes a folder the container's own; below it, so many levels more. */
    private void open(Path relative, int depth) throws IOException {
        Path folder = view.resolve(relative);
        if (Files.isSymbolicLink(folder)) {
            Files.delete(folder);
        }
        Files.createDirectories(folder);
        try (Stream<Path> children = Files.list(image.resolve(relative))) {
            for (Path child : children.toList()) {
                Path target = folder.resolve(child.getFileName().toString());
                if (depth > 0 && Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                    open(relative.resolve(child.getFileName().toString()), depth - 1);
                } else if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                    try {
                        Files.createSymbolicLink(target, child);
                    } catch (FileAlreadyExistsException e) {
                        // it is a folder of the container's own
                    }
                }
            }
        }
    }

    /** A text with the paths in it that the container has rewritten to where they are. */
    String map(String text) {
        if (text.indexOf('/') < 0) {
            return text;
        }
        Matcher matcher = PATH.matcher(text);
        StringBuilder result = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(result, Matcher.quoteReplacement(mapPath(matcher.group(1))));
        }
        return matcher.appendTail(result).toString();
    }

    /** Whether a text is nothing but a path that the container has. */
    boolean has(String absolute) {
        return absolute.startsWith("/") && !mapPath(absolute).equals(absolute);
    }

    private String mapPath(String absolute) {
        if (absolute.startsWith("//") || absolute.equals("/") || absolute.startsWith(view.toString())) {
            return absolute;
        }
        for (String host : HOST) {
            if (absolute.equals(host) || absolute.startsWith(host + "/")) {
                return absolute;
            }
        }
        Path path = path(absolute);
        String slash = absolute.endsWith("/") ? "/" : "";
        Path parent = path.getParent();
        boolean exists = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
        boolean inFolder = parent != null && !parent.equals(view) && Files.isDirectory(parent);
        return exists || inFolder ? path + slash : absolute;
    }

    /** Finds a program as {@code execvp} would, in the container's files. */
    List<Path> candidates(String program, String searchPath) {
        List<Path> found = new ArrayList<>();
        for (String folder : searchPath.split(":")) {
            if (!folder.isEmpty()) {
                Path candidate = Path.of(folder).resolve(program);
                if (candidate.startsWith(view) && Files.isRegularFile(candidate)) {
                    found.add(candidate);
                }
            }
        }
        return found;
    }
}
