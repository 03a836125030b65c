package dev.octavo.engine.sandbox.web;

import dev.octavo.engine.sandbox.web.Directive.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Reads a configuration file with all that it includes, and refuses what the stand-in does not know. */
final class ConfigurationReader {
    /** What changes nothing that a sandbox could see. */
    private static final Set<String> IGNORED = Set.of(
            "user",
            "worker_processes",
            "worker_rlimit_nofile",
            "worker_shutdown_timeout",
            "pid",
            "daemon",
            "master_process",
            "error_log",
            "access_log",
            "log_format",
            "log_not_found",
            "worker_connections",
            "multi_accept",
            "use",
            "sendfile",
            "sendfile_max_chunk",
            "tcp_nopush",
            "tcp_nodelay",
            "aio",
            "directio",
            "keepalive_timeout",
            "keepalive_requests",
            "keepalive",
            "reset_timedout_connection",
            "send_timeout",
            "lingering_close",
            "server_tokens",
            "server_names_hash_bucket_size",
            "server_names_hash_max_size",
            "types_hash_max_size",
            "types_hash_bucket_size",
            "variables_hash_max_size",
            "variables_hash_bucket_size",
            "map_hash_bucket_size",
            "map_hash_max_size",
            "client_max_body_size",
            "client_body_buffer_size",
            "client_body_timeout",
            "client_body_temp_path",
            "client_header_buffer_size",
            "client_header_timeout",
            "large_client_header_buffers",
            "proxy_temp_path",
            "fastcgi_temp_path",
            "uwsgi_temp_path",
            "scgi_temp_path",
            "proxy_http_version",
            "proxy_buffering",
            "proxy_buffer_size",
            "proxy_buffers",
            "proxy_busy_buffers_size",
            "proxy_max_temp_file_size",
            "proxy_request_buffering",
            "proxy_redirect",
            "proxy_send_timeout",
            "proxy_socket_keepalive",
            "proxy_next_upstream",
            "gzip",
            "gzip_buffers",
            "gzip_comp_level",
            "gzip_disable",
            "gzip_http_version",
            "gzip_min_length",
            "gzip_proxied",
            "gzip_static",
            "gzip_types",
            "gzip_vary",
            "etag",
            "if_modified_since",
            "charset",
            "open_file_cache",
            "open_file_cache_valid",
            "open_file_cache_min_uses",
            "open_file_cache_errors",
            "resolver",
            "resolver_timeout",
            "absolute_redirect",
            "port_in_redirect",
            "server_name_in_redirect",
            "expires",
            "internal",
            "limit_conn",
            "limit_conn_zone",
            "limit_req",
            "limit_req_zone",
            "zone",
            "merge_slashes",
            "underscores_in_headers",
            "recursive_error_pages");

    private static final Set<String> KNOWN = Set.of(
            "events",
            "http",
            "server",
            "upstream",
            "location",
            "listen",
            "server_name",
            "root",
            "alias",
            "index",
            "try_files",
            "proxy_pass",
            "proxy_set_header",
            "proxy_hide_header",
            "proxy_connect_timeout",
            "proxy_read_timeout",
            "proxy_intercept_errors",
            "add_header",
            "return",
            "error_page",
            "default_type",
            "types",
            "include",
            "map",
            "set");

    private static final int DEEPEST_INCLUDE = 20;

    private final Path root;

    /** @param root what {@code /} is */
    ConfigurationReader(Path root) {
        this.root = root;
    }

    /** The whole configuration, as the block of a directive without a name. */
    Directive read(String file) throws IOException {
        return new Directive("", List.of(), new Parser(file, 0).block(false, true), file, 1);
    }

    /** Where a path of the configuration is on this machine. */
    Path place(String path) {
        Path relative = Path.of("/").relativize(Path.of("/").resolve(path).normalize());
        return root.resolve(relative.toString());
    }

    private final class Parser {
        private final String file;
        private final String text;
        private final int depth;
        private int position;
        private int line = 1;

        Parser(String file, int depth) throws IOException {
            this.file = file;
            this.depth = depth;
            this.text = Files.readString(place(file), StandardCharsets.UTF_8);
            if (depth > DEEPEST_INCLUDE) {
                throw new ConfigurationException(file, 1, "includes itself");
            }
        }

        /** @param checked whether names are those of directives, and not keys of a map or types */
        List<Directive> block(boolean inner, boolean checked) throws IOException {
            List<Directive> directives = new ArrayList<>();
            List<String> words = new ArrayList<>();
            int began = line;
            while (true) {
                skip();
                if (position >= text.length()) {
                    if (inner || !words.isEmpty()) {
                        throw new ConfigurationException(
                                file, began, words.isEmpty() ? "a \"}\" is missing" : "a \";\" is missing");
                    }
                    return directives;
                }
                char next = text.charAt(position);
                if (next == ';' || next == '{') {
                    position++;
                    if (words.isEmpty()) {
                        throw new ConfigurationException(file, line, "unexpected \"" + next + "\"");
                    }
                    add(directives, words, began, next == '{', checked);
                    words = new ArrayList<>();
                } else if (next == '}') {
                    if (!inner || !words.isEmpty()) {
                        throw new ConfigurationException(
                                file, line, words.isEmpty() ? "unexpected \"}\"" : "a \";\" is missing");
                    }
                    position++;
                    return directives;
                } else {
                    if (words.isEmpty()) {
                        began = line;
                    }
                    words.add(word());
                }
            }
        }

        private void add(List<Directive> directives, List<String> words, int began, boolean block, boolean checked)
                throws IOException {
            String name = words.get(0);
            boolean free = name.equals("types") || name.equals("map");
            List<Directive> inner = block ? block(true, !free) : List.of();
            Directive directive = new Directive(name, List.copyOf(words.subList(1, words.size())), inner, file, began);
            if (name.equals("include")) {
                for (String each : included(directive)) {
                    directives.addAll(new Parser(each, depth + 1).block(false, checked));
                }
            } else if (!checked || KNOWN.contains(name)) {
                directives.add(directive);
            } else if (!IGNORED.contains(name)) {
                throw new ConfigurationException(
                        directive, "is not known to Octavo's stand-in for nginx; a real cluster runs nginx itself");
            }
        }

        private List<String> included(Directive directive) throws IOException {
            Path own = Path.of("/").resolve(file).getParent();
            String pattern = (own == null ? Path.of("/") : own)
                    .resolve(directive.word(0))
                    .normalize()
                    .toString();
            if (!pattern.contains("*") && !pattern.contains("?")) {
                return List.of(pattern);
            }
            Path folder = Path.of(pattern).getParent();
            PathMatcher matcher = FileSystems.getDefault()
                    .getPathMatcher("glob:" + Path.of(pattern).getFileName());
            Path place = place(String.valueOf(folder));
            if (!Files.isDirectory(place)) {
                return List.of();
            }
            try (Stream<Path> files = Files.list(place)) {
                return files.map(Path::getFileName)
                        .filter(matcher::matches)
                        .map(each -> folder + "/" + each)
                        .sorted()
                        .toList();
            }
        }

        private void skip() {
            while (position < text.length()) {
                char c = text.charAt(position);
                if (c == '#') {
                    while (position < text.length() && text.charAt(position) != '\n') {
                        position++;
                    }
                } else if (Character.isWhitespace(c)) {
                    if (c == '\n') {
                        line++;
                    }
                    position++;
                } else {
                    return;
                }
            }
        }

        private String word() {
            char quote = text.charAt(position);
            StringBuilder word = new StringBuilder();
            if (quote == '"' || quote == '\'') {
                int began = line;
                position++;
                while (position < text.length() && text.charAt(position) != quote) {
                    append(word);
                }
                if (position >= text.length()) {
                    throw new ConfigurationException(file, began, "a quote is not closed");
                }
                position++;
                return word.toString();
            }
            while (position < text.length()) {
                char c = text.charAt(position);
                boolean variable = c == '{' && word.length() > 0 && word.charAt(word.length() - 1) == '$';
                if (variable) {
                    while (position < text.length() && text.charAt(position) != '}') {
                        word.append(text.charAt(position++));
                    }
                    continue;
                }
                if (Character.isWhitespace(c) || c == ';' || c == '{') {
                    break;
                }
                if (c == '}' && !word.toString().contains("${")) {
                    break;
                }
                if (c == '\\' && position + 1 < text.length()) {
                    // in regular expressions the backslash belongs to the expression
                    word.append(c);
                    position++;
                }
                word.append(text.charAt(position++));
            }
            return word.toString();
        }

        private void append(StringBuilder word) {
            char c = text.charAt(position++);
            if (c == '\n') {
                line++;
            }
            if (c != '\\' || position >= text.length()) {
                word.append(c);
                return;
            }
            char escaped = text.charAt(position++);
            switch (escaped) {
                case 'n' -> word.append('\n');
                case 't' -> word.append('\t');
                case 'r' -> word.append('\r');
                case '"', '\'', '\\' -> word.append(escaped);
                default -> word.append('\\').append(escaped);
            }
        }
    }
}
