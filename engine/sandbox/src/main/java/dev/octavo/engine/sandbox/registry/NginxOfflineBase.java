package dev.octavo.engine.sandbox.registry;

import dev.octavo.engine.image.OfflineBaseContributor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/** Makes nginx's base image where it cannot be fetched: the sandbox's own small web server, with nginx's folders. */
public final class NginxOfflineBase implements OfflineBaseContributor {
    /** By its name, since it runs in the image and not here. */
    private static final String MAIN = "dev.octavo.engine.sandbox.web.NginxStandIn";

    private static final String JAR = "opt/octavo/nginx.jar";
    private static final String CONFIGURATION = "/etc/nginx/nginx.conf";

    @Override
    public boolean appliesTo(String repository) {
        return isNginx(repository) && mainClass() != null;
    }

    private static boolean isNginx(String repository) {
        String name = repository.substring(repository.lastIndexOf('/') + 1);
        return name.equals("nginx") || name.equals("nginx-unprivileged");
    }

    /** What the one listens on needs no rights that the other has. */
    private static int port(String repository) {
        return repository.endsWith("unprivileged") ? 8080 : 80;
    }

    private static @Nullable URL mainClass() {
        return NginxOfflineBase.class.getResource("/" + MAIN.replace('.', '/') + ".class");
    }

    @Override
    public String description() {
        return "a small web server that reads nginx's configuration";
    }

    @Override
    public List<String> entrypoint() {
        return List.of(
                "/opt/java/bin/java",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                "/" + JAR,
                MAIN,
                "-c",
                CONFIGURATION);
    }

    @Override
    public List<String> exposedPorts(String repository) {
        return List.of(port(repository) + "/tcp");
    }

    @Override
    public Set<String> replacedPrograms() {
        return Set.of("nginx", "nginx-debug", "docker-entrypoint.sh");
    }

    @Override
    public void writeFiles(String repository, Path root) throws IOException {
        writeJar(root.resolve(JAR));
        write(root, CONFIGURATION, """
                worker_processes auto;
                pid /tmp/nginx.pid;
                events {
                    worker_connections 1024;
                }
                http {
                    include /etc/nginx/mime.types;
                    default_type application/octet-stream;
                    sendfile on;
                    keepalive_timeout 65;
                    include /etc/nginx/conf.d/*.conf;
                }
                """);
        write(root, "/etc/nginx/conf.d/default.conf", """
                server {
                    listen %d;
                    server_name localhost;
                    root /usr/share/nginx/html;
                    index index.html index.htm;
                    location / {
                        try_files $uri $uri/ =404;
                    }
                }
                """.formatted(port(repository)));
        write(root, "/etc/nginx/mime.types", mimeTypes());
        write(root, "/usr/share/nginx/html/index.html", """
                <!DOCTYPE html>
                <html lang="en">
                <head><meta charset="utf-8"><title>It works</title></head>
                <body><h1>It works</h1><p>No page has been put here yet.</p></body>
                </html>
                """);
    }

    private static String mimeTypes() {
        Map<String, String> types = new TreeMap<>();
        types.put("text/html", "html htm shtml");
        types.put("text/css", "css");
        types.put("text/xml", "xml");
        types.put("text/plain", "txt");
        types.put("text/csv", "csv");
        types.put("text/markdown", "md");
        types.put("text/javascript", "js mjs");
        types.put("image/svg+xml", "svg svgz");
        types.put("image/png", "png");
        types.put("image/jpeg", "jpeg jpg");
        types.put("image/gif", "gif");
        types.put("image/webp", "webp");
        types.put("image/avif", "avif");
        types.put("image/x-icon", "ico");
        types.put("font/woff", "woff");
        types.put("font/woff2", "woff2");
        types.put("font/ttf", "ttf");
        types.put("font/otf", "otf");
        types.put("application/json", "json map");
        types.put("application/manifest+json", "webmanifest");
        types.put("application/pdf", "pdf");
        types.put("application/wasm", "wasm");
        types.put("application/zip", "zip");
        types.put("application/xhtml+xml", "xhtml");
        types.put("application/atom+xml", "atom");
        types.put("application/rss+xml", "rss");
        types.put("audio/mpeg", "mp3");
        types.put("video/mp4", "mp4");
        types.put("video/webm", "webm");
        StringBuilder text = new StringBuilder("types {\n");
        types.forEach((type, endings) ->
                text.append("    ").append(type).append(' ').append(endings).append(";\n"));
        return text.append("}\n").toString();
    }

    private static void write(Path root, String place, String text) throws IOException {
        Path file = root.resolve(place.substring(1));
        Files.createDirectories(folderOf(file));
        Files.writeString(file, text, StandardCharsets.UTF_8);
    }

    private static Path folderOf(Path file) {
        Path folder = file.getParent();
        return folder == null ? file : folder;
    }

    /** The web server's classes and nothing else, each time with the same bytes. */
    private static void writeJar(Path file) throws IOException {
        TreeMap<String, byte[]> classes = new TreeMap<>();
        URL main = mainClass();
        if (main == null) {
            throw new IOException(MAIN + " is not there");
        }
        String folder = MAIN.substring(0, MAIN.lastIndexOf('.')).replace('.', '/') + "/";
        URLConnection connection = main.openConnection();
        if (connection instanceof JarURLConnection jar) {
            jar.setUseCaches(false);
            try (JarFile archive = jar.getJarFile()) {
                for (JarEntry entry : archive.stream().toList()) {
                    if (entry.getName().startsWith(folder) && entry.getName().endsWith(".class")) {
                        try (InputStream in = archive.getInputStream(entry)) {
                            classes.put(entry.getName(), in.readAllBytes());
                        }
                    }
                }
            }
        } else {
            Path classFolder = folderOf(Path.of(java.net.URI.create(main.toString())));
            try (Stream<Path> files = Files.list(classFolder)) {
                for (Path each :
                        files.filter(path -> path.toString().endsWith(".class")).toList()) {
                    classes.put(folder + each.getFileName(), Files.readAllBytes(each));
                }
            }
        }
        Files.createDirectories(folderOf(file));
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> each : classes.entrySet()) {
                ZipEntry entry = new ZipEntry(each.getKey());
                entry.setTimeLocal(java.time.LocalDateTime.of(1980, 1, 1, 0, 0));
                zip.putNextEntry(entry);
                zip.write(each.getValue());
                zip.closeEntry();
            }
        }
    }
}
