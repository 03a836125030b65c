package dev.octavo.engine.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one source file tells. Only what is in the code counts: comments and the texts of other lines are left out as
 * far as a look at the beginning of a line can.
 *
 * @param springApplication whether it starts Spring Boot
 * @param main whether it has a main method
 * @param mainClass the class of that, with its package; {@code ""} where there is none
 * @param answers whether it is there for requests over HTTP
 * @param noDatabase whether it switches off Spring's own database connection
 * @param hosts the annotations that make a server of it: {@code EnableEurekaServer} and the like
 * @param calls whom it calls; targets may be constants ({@code #Names.STOCK}) or have placeholders
 */
record SourceFacts(
        boolean springApplication,
        boolean main,
        String mainClass,
        boolean answers,
        boolean noDatabase,
        List<String> hosts,
        List<Call> calls) {
    static final SourceFacts NONE = new SourceFacts(false, false, "", false, false, List.of(), List.of());

    /** Marks a target that is the name of a constant. */
    static final String CONSTANT = "#";

    /** Not in a comment: first on its line, but for other annotations. */
    private static final Pattern APPLICATION = Pattern.compile(
            "(?m)^[ \\t]*(?:@[\\w.]+(?:\\([^)\\n]*\\))?[ \\t]+)*@(?:[\\w.]+\\.)?Spring(?:Boot|Cloud)Application\\b");

    private static final Pattern LAUNCH =
            Pattern.compile("(?m)^(?![ \\t]*(?://|\\*|/\\*)).*\\b(?:SpringApplication\\s*\\.\\s*run"
                    + "|new\\s+SpringApplication(?:Builder)?|runApplication)\\s*[(<]");
    /** A framework's own launcher around Spring Boot: of its annotated class, before the arguments. */
    private static final Pattern WRAPPED =
            Pattern.compile("(?m)^[ \\t]*@\\w+Application\\b[^{]*\\bclass\\s+(\\w+)[^{]*\\{"
                    + "(?s:.{0,400}?)\\b[A-Z]\\w*Application\\s*\\.\\s*run\\s*\\([^;]*\\b\\1\\.class\\s*,");

    private static final Pattern MAIN =
            Pattern.compile("(?m)^[ \\t]*(?:(?:public|static|final|suspend|@JvmStatic)\\s+)*"
                    + "(?:static\\s+(?:public\\s+|final\\s+)*void|fun)\\s+main\\s*\\(");
    private static final Pattern PACKAGE = Pattern.compile("(?m)^[ \\t]*package\\s+([\\w.]+)");
    private static final Pattern ANSWERS = Pattern.compile(
            "(?m)^[ \\t]*@(?:RestController|Controller|RequestMapping|GetMapping|PostMapping|Path|WebServlet|ServerEndpoint)\\b"
                    + "|\\bRouterFunction\\s*<|\\bextends\\s+HttpServlet\\b");
    private static final Pattern HOST = Pattern.compile(
            "(?m)^[ \\t]*@(EnableEurekaServer|EnableConfigServer|EnableAdminServer"
                    + "|EnableZuulProxy|EnableZuulServer|EnableZipkinServer|EnableZipkinStreamServer|EnableTurbine|EnableHystrixDashboard)\\b");
    private static final Pattern FEIGN = Pattern.compile("(?m)^[ \\t]*@(?:[\\w.]+\\.)?FeignClient\\b(\\s*\\()?");
    private static final Pattern ATTRIBUTE = Pattern.compile("\\b(name|value|serviceId|url)\\s*=\\s*");
    private static final Pattern TEXT = Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"");
    private static final Pattern NAME = Pattern.compile("\\s*([A-Za-z_][\\w.]*)\\s*");
    private static final Pattern URL = Pattern.compile(
            "\"(?:(?:http|https|lb|ws)://)(\\$\\{[^}\"\\s]+}|[A-Za-z0-9][\\w.-]*)(:[0-9]{1,5})?(?=[/\"?])");
    /** The host of another service, as a default. */
    private static final Pattern VALUE = Pattern.compile(
            "@Value\\(\\s*\"\\$\\{[\\w.-]*(?:host|Host|HOST|addr|ADDR|server|service|Service)[\\w.-]*:([A-Za-z][\\w.-]*)}");

    private static final Pattern DUBBO = Pattern.compile(
            "(?m)^[ \\t]*(?:@(?:[\\w.]+\\.)?(?:DubboReference"
                    + "|Reference)\\b(?:\\s*\\([^)]*\\))?\\s*)(?:@\\w+(?:\\([^)]*\\))?\\s*)*(?:(?:private|protected|public|final)\\s+)*([A-Z]\\w*)\\s+\\w+\\s*;");
    /** Interfaces of other programs that Spring's own client implements. */
    private static final Pattern EXCHANGE = Pattern.compile("(?m)^[ \\t]*@(?:Grpc|Http)Client\\(\\s*\"([^\"\\n]+)\"");

    /** Text of several lines: programs that write programs have them there. */
    private static final Pattern TEXT_BLOCK = Pattern.compile("\"\"\"(?s:.*?)\"\"\"");

    static SourceFacts read(String file, String source) {
        // the lines stay, so that places are right
        String text = source.contains("\"\"\"")
                ? TEXT_BLOCK
                        .matcher(source)
                        .replaceAll(block ->
                                "\"\"" + "\n".repeat((int) block.group().lines().count() - 1))
                : source;
        Mentions mentions = Mentions.in(text);
        boolean application = false;
        if (mentions.has("Application")) {
            boolean spring = mentions.has("Spring") || text.contains("runApplication");
            application = (spring
                            && (APPLICATION.matcher(text).find()
                                    || LAUNCH.matcher(text).find()))
                    || (text.contains("Application.run(")
                            && WRAPPED.matcher(text).find());
        }
        boolean main = mentions.has(" main") && MAIN.matcher(text).find();
        boolean answers = (mentions.has("@RestController")
                        || mentions.has("@Controller")
                        || mentions.has("Mapping")
                        || mentions.has("@Path")
                        || mentions.has("Servlet")
                        || mentions.has("ServerEndpoint")
                        || mentions.has("RouterFunction"))
                && ANSWERS.matcher(text).find();
        boolean noDatabase = mentions.has("DataSourceAutoConfiguration") && text.contains("xclude");
        List<String> hosts = mentions.has("@Enable")
                ? HOST.matcher(text).results().map(found -> found.group(1)).toList()
                : List.of();
        List<Call> calls = new ArrayList<>();
        if (mentions.has("Client") && (text.contains("@FeignClient") || text.contains("FeignClient("))) {
            feign(file, text, calls);
        }
        if (mentions.has("://")) {
            urls(file, text, calls);
        }
        if (mentions.has("Reference") && text.contains("ubbo")) {
            add(DUBBO, Call.Way.DUBBO, file, text, calls);
        }
        if (mentions.has("@Value(")) {
            add(VALUE, Call.Way.URL, file, text, calls);
        }
        if (mentions.has("Client") && text.contains("Client(\"")) {
            add(EXCHANGE, Call.Way.FEIGN, file, text, calls);
        }
        if (!application && !main && !answers && !noDatabase && hosts.isEmpty() && calls.isEmpty()) {
            return NONE;
        }
        return new SourceFacts(
                application, main, main ? className(file, text) : "", answers, noDatabase, hosts, List.copyOf(calls));
    }

    private static String className(String file, String text) {
        Matcher matcher = PACKAGE.matcher(text);
        String name = SourceTree.name(file);
        String simple = name.substring(0, name.lastIndexOf('.')) + (name.endsWith(".kt") ? "Kt" : "");
        return matcher.find() ? matcher.group(1) + "." + simple : simple;
    }

    private static void add(Pattern pattern, Call.Way way, String file, String text, List<Call> calls) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            calls.add(new Call(way, matcher.group(1), "", file, line(text, matcher.start(1))));
        }
    }

    private static void feign(String file, String text, List<Call> calls) {
        Matcher matcher = FEIGN.matcher(text);
        while (matcher.find()) {
            String arguments = matcher.group(1) == null ? "" : arguments(text, matcher.end());
            String url = attribute(arguments, "url").orElse("");
            String name = attribute(arguments, "name")
                    .or(() -> attribute(arguments, "value"))
                    .or(() -> attribute(arguments, "serviceId"))
                    .or(() -> value(arguments))
                    .orElse("");
            String target = url.isEmpty() ? name : url;
            if (!target.isEmpty()) {
                calls.add(new Call(Call.Way.FEIGN, target, "", file, line(text, matcher.start())));
            }
        }
    }

    /** What is in an annotation's brackets. */
    private static String arguments(String text, int start) {
        int depth = 1;
        boolean quoted = false;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == '(' || c == ')')) {
                depth += c == '(' ? 1 : -1;
                if (depth == 0) {
                    return text.substring(start, i);
                }
            }
        }
        return "";
    }

    private static Optional<String> attribute(String arguments, String name) {
        Matcher matcher = ATTRIBUTE.matcher(arguments);
        while (matcher.find()) {
            if (matcher.group(1).equals(name)) {
                return value(arguments.substring(matcher.end()));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> value(String text) {
        Matcher literal = TEXT.matcher(text);
        if (literal.find() && text.substring(0, literal.start()).isBlank()) {
            return Optional.of(literal.group(1)).filter(value -> !value.isBlank());
        }
        Matcher name = NAME.matcher(text);
        return name.lookingAt() && !text.startsWith("=", name.end())
                ? Optional.of(CONSTANT + name.group(1))
                : Optional.empty();
    }

    private static void urls(String file, String text, List<Call> calls) {
        Matcher matcher = URL.matcher(text);
        while (matcher.find()) {
            int start = text.lastIndexOf('\n', matcher.start()) + 1;
            String before = text.substring(start, matcher.start()).strip();
            if (!before.startsWith("//") && !before.startsWith("*") && !before.startsWith("/*")) {
                String port = matcher.group(2) == null ? "" : matcher.group(2);
                calls.add(new Call(Call.Way.URL, matcher.group(1) + port, "", file, line(text, matcher.start())));
            }
        }
    }

    private static int line(String text, int offset) {
        int line = 1;
        for (int i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) {
            line++;
        }
        return line;
    }
}
