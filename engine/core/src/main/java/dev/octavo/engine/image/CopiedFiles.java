package dev.octavo.engine.image;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.Recipe.Copy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Does what COPY and ADD do with the files of a folder. */
final class CopiedFiles {
    private static final Pattern ARCHIVE = Pattern.compile(".*\\.(?:tar|tgz|tbz2|txz|tar\\.(?:gz|bz2|xz|zst))");
    private static final int PERMISSIONS = 0777;

    private final Path dockerfile;
    private final Path folder;
    private final IgnoreFile ignore;
    private final BaseFiles base;
    private final Set<String> folders = new TreeSet<>();

    CopiedFiles(Path dockerfile, Path folder, BaseFiles base) throws IOException {
        this.dockerfile = dockerfile;
        this.folder = folder;
        this.ignore = IgnoreFile.of(dockerfile, folder);
        this.base = base;
    }

    /** A folder that an earlier instruction has made. */
    void made(String path) {
        for (String each = path; each.length() > 1; each = each.substring(0, each.lastIndexOf('/'))) {
            folders.add(each);
        }
    }

    /**
     * What one instruction adds, by its place in the image.
     *
     * @throws EngineException {@link ErrorCode#BUILD_IMAGE} where it copies what isn't there or can't be had this way
     */
    List<LayerFile> files(Copy copy) throws IOException {
        if (copy.from() != null) {
            throw wrong(
                    copy,
                    "it copies from the stage or image \"" + copy.from() + "\", which would have to be run or fetched",
                    "copy files of the repository, or let the Dockerfile be run: builder dockerfile");
        }
        String owner = owner(copy);
        Map<String, LayerFile> result = new LinkedHashMap<>();
        List<Path> matches = new ArrayList<>();
        for (String source : copy.sources()) {
            matches.addAll(matches(copy, source));
        }
        boolean intoFolder = copy.destination().endsWith("/") || matches.size() > 1 || isFolder(copy.destination());
        String destination = copy.destination().replaceAll("/+$", "");
        for (Path match : matches) {
            if (Files.isDirectory(match)) {
                tree(copy, match, destination, owner, result);
            } else {
                String place = intoFolder ? destination + "/" + match.getFileName() : destination;
                add(copy, place, match, owner, result);
            }
        }
        result.keySet().forEach(place -> made(place.substring(0, Math.max(0, place.lastIndexOf('/')))));
        return List.copyOf(result.values());
    }

    private boolean isFolder(String path) throws IOException {
        return folders.contains(path) || base.isFolder(path);
    }

    private List<Path> matches(Copy copy, String source) throws IOException {
        if (copy.instruction().keyword().equals("ADD") && source.matches("(?i)(?:https?|git|ssh)://.*|git@.*")) {
            throw wrong(
                    copy,
                    "it adds from the address " + source.replaceAll("//[^/@]*@", "//"),
                    "put the file into the repository, or let the build fetch and verify it");
        }
        String pattern = source.replaceAll("^(?:\\./|/)+", "").replaceAll("/+$", "");
        if (pattern.isEmpty() || pattern.equals(".")) {
            return List.of(folder);
        }
        if (List.of(pattern.split("/")).contains("..")) {
            throw wrong(copy, "\"" + source + "\" is outside of the build's folder", "copy files below " + folder);
        }
        List<Path> found = new ArrayList<>();
        if (pattern.matches(".*[*?\\[].*")) {
            Pattern regex = Pattern.compile(IgnoreFile.regex(pattern));
            try (Stream<Path> all = Files.walk(folder, pattern.split("/").length)) {
                all.filter(path -> regex.matcher(relative(path)).matches() && !ignore.ignores(relative(path)))
                        .sorted()
                        .forEach(found::add);
            }
        } else if (Files.exists(folder.resolve(pattern)) && !ignore.ignores(pattern)) {
            found.add(folder.resolve(pattern));
        }
        if (found.isEmpty()) {
            boolean ignored = Files.exists(folder.resolve(pattern));
            throw wrong(
                    copy,
                    "there is no \"" + source + "\" in " + folder + (ignored ? ": .dockerignore leaves it out" : ""),
                    "check the path: it starts at the build's folder, not at the Dockerfile");
        }
        return found;
    }

    private String relative(Path path) {
        return folder.relativize(path).toString().replace('\\', '/');
    }

    private void tree(Copy copy, Path root, String destination, String owner, Map<String, LayerFile> result)
            throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(root)) {
            all = walk.sorted().toList();
        }
        for (Path each : all) {
            String name = root.relativize(each).toString().replace('\\', '/');
            String place = name.isEmpty() ? destination : destination + "/" + name;
            if (!each.equals(folder) && ignore.ignores(relative(each))) {
                continue;
            }
            if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
                made(place);
                if (!place.isEmpty()) {
                    result.put(place, LayerFile.folder(place, owner));
                }
            } else {
                add(copy, place, each, owner, result);
            }
        }
    }

    private void add(Copy copy, String place, Path file, String owner, Map<String, LayerFile> result)
            throws IOException {
        Path real = file.toRealPath();
        if (!real.startsWith(folder.toRealPath())) {
            throw wrong(
                    copy, file + " is a link to " + real + ", outside of the build's folder", "copy the file itself");
        }
        if (Files.isDirectory(real)) {
            throw wrong(copy, file + " is a link to a folder, which is not supported here", "copy the folder itself");
        }
        if (copy.instruction().keyword().equals("ADD")
                && ARCHIVE.matcher(place(file)).matches()) {
            throw wrong(
                    copy,
                    "ADD unpacks " + file.getFileName() + ", which is not supported here",
                    "copy the unpacked files");
        }
        int mode = copy.mode().isEmpty()
                ? LayerFile.of(place, Files.isExecutable(real), new Content.OnDisk(real))
                        .mode()
                : Integer.parseInt(copy.mode(), 8) & PERMISSIONS;
        result.put(place, new LayerFile(place, mode, owner, new Content.OnDisk(real)));
    }

    private static String place(Path file) {
        return String.valueOf(file.getFileName());
    }

    /** Containers know numbers only, so names are looked up in the base. */
    private String owner(Copy copy) throws IOException {
        if (!copy.mode().isEmpty() && !copy.mode().matches("[0-7]{3,4}")) {
            throw wrong(copy, "\"" + copy.mode() + "\" are no permissions", "write them as in --chmod=644");
        }
        if (copy.owner().isEmpty()) {
            return LayerFile.ROOT;
        }
        int colon = copy.owner().indexOf(':');
        String user = colon < 0 ? copy.owner() : copy.owner().substring(0, colon);
        String group = colon < 0 ? user : copy.owner().substring(colon + 1);
        return number(copy, user, base::user) + ":" + number(copy, group, base::group);
    }

    private String number(Copy copy, String name, Lookup accounts) throws IOException {
        if (name.matches("[0-9]+")) {
            return name;
        }
        if (name.equals("root")) {
            return "0";
        }
        return accounts.find(name)
                .orElseThrow(() -> wrong(
                        copy, "the base image has no user or group \"" + name + "\"", "write its number instead"));
    }

    @FunctionalInterface
    private interface Lookup {
        Optional<String> find(String name) throws IOException;
    }

    private EngineException wrong(Copy copy, String why, String fix) {
        return new EngineException(
                ErrorCode.BUILD_IMAGE,
                "The Dockerfile's " + copy.instruction().keyword() + " cannot be done",
                dockerfile + ":" + copy.instruction().line(),
                why,
                fix);
    }
}
