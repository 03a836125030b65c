package dev.octavo.engine.preflight;

import dev.octavo.engine.preflight.PipelineFacts.Known;
import dev.octavo.engine.preflight.script.Code;
import dev.octavo.engine.preflight.script.ShellScript;
import dev.octavo.engine.preflight.script.Span;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Variables in a pipeline itself: in its shell scripts, its texts, and where single quotes keep them from being any. */
final class ScriptVariableRules {
    private static final Pattern REFERENCE =
            Pattern.compile("\\$(?:([A-Za-z_][A-Za-z0-9_]*)|\\{(?:env\\.|params\\.)?([A-Za-z_][A-Za-z0-9_]*)})");
    /** Steps with the arguments in which a dollar sign can mean nothing else. */
    private static final Map<String, Set<String>> LITERAL = Map.of(
            "kubernetesDeploy", Set.of("configs", "kubeconfigId"),
            "input", Set.of("message", "id"),
            "dir", Set.of("path"),
            "error", Set.of("message"),
            "withRegistry", Set.of("url", "credentialsId"),
            "usernamePassword", Set.of("credentialsId"),
            "string", Set.of("credentialsId"),
            "file", Set.of("credentialsId"),
            "kubeconfigFile", Set.of("credentialsId"),
            "kubeconfigContent", Set.of("credentialsId"));

    private static final Set<String> MERE_TEXT = Set.of("message");

    private final PipelineFacts facts;
    private final Set<String> given;
    private final Findings findings;

    ScriptVariableRules(PipelineFacts facts, Set<String> given, Findings findings) {
        this.facts = facts;
        this.given = given;
        this.findings = findings;
    }

    void check() {
        facts.shells().forEach(this::shell);
        facts.texts().forEach(this::text);
        facts.steps().forEach(this::literals);
    }

    // ------------------------------------------------------------------------------------------------------- shell

    private void shell(ShellUse shell) {
        if (shell.script().open()) {
            return;
        }
        Set<String> seen = new TreeSet<>();
        for (ShellScript.Variable variable : shell.script().variables()) {
            String name = variable.name();
            Scope scope = shell.step().scope();
            boolean known = variable.optional()
                    || shell.script().assigned().containsKey(name)
                    || given.contains(name)
                    || JenkinsNames.isSystem(name)
                    || facts.knows(name, scope, false) != Known.NO;
            if (!known && seen.add(name)) {
                undefined(shell, variable, scope);
            }
        }
    }

    private void undefined(ShellUse shell, ShellScript.Variable variable, Scope scope) {
        String name = variable.name();
        Set<String> names = facts.names(scope);
        names.addAll(shell.script().assigned().keySet());
        List<String> meant = dev.octavo.engine.api.NearestName.of(name, names);
        boolean groovy = facts.isGroovyVariable(name);
        boolean declaring = shell.step().around().stream()
                .anyMatch(code -> code instanceof Code.Call call && call.is("environment"));
        if (!groovy && (meant.isEmpty() || declaring) && !facts.declaresParameters() && !facts.isOfSomeStage(name)) {
            return; // a parameter of the job, perhaps, which has them elsewhere
        }
        String why = groovy
                ? ": " + name + " is a variable of Groovy's own, and this text is not Groovy's"
                : facts.isOfSomeStage(name) ? ": " + name + " is set in another stage or block only" : "";
        findings.at(Rule.UNDEFINED_IN_SHELL, facts.file(), shell.span(variable.start(), variable.end()))
                .severity(groovy ? Severity.ERROR : Severity.WARNING)
                .meant(meant)
                .say(
                        "Nothing sets " + name + " for this script" + why,
                        groovy
                                ? "put the script in double quotes, or hand the value over with withEnv"
                                : Names.fix(
                                        meant,
                                        "define " + name
                                                + " in the pipeline's environment; if the agent or the job has it, "
                                                + "say so: --variables " + name + "=…"));
    }

    // ------------------------------------------------------------------------------------------------------ Groovy

    private void text(PipelineFacts.TextUse use) {
        for (Code.Piece piece : use.text().pieces()) {
            if (piece instanceof Code.Inserted inserted) {
                inserted(inserted, use);
            }
        }
    }

    private void inserted(Code.Inserted inserted, PipelineFacts.TextUse use) {
        Code code = inserted.code();
        while (code instanceof Code.Property property && PipelineFacts.environmentName(code) == null) {
            code = property.object();
        }
        if (code instanceof Code.Name name && longer(name.name(), inserted.span(), use.scope())) {
            return;
        }
        if (code instanceof Code.Name name) {
            boolean known = facts.isGroovyVariable(name.name())
                    || JenkinsNames.isGlobal(name.name())
                    || JenkinsNames.isSystem(name.name())
                    || (Character.isUpperCase(name.name().charAt(0)) && !(inserted.code() instanceof Code.Name));
            if (!known) {
                undefined(name.name(), inserted.span(), use, "Groovy knows no variable ");
            }
        } else if (code instanceof Code.Property property && property.of("env")) {
            if (!JenkinsNames.isSystem(property.name())) {
                undefined(property.name(), inserted.span(), use, "Nothing sets env.");
            }
        } else if (code instanceof Code.Property property
                && property.of("params")
                && facts.declaresParameters()
                && !facts.parameters().containsKey(property.name())
                && !facts.isOpen()) {
            report(
                    property.name(),
                    inserted.span(),
                    use,
                    "There is no parameter ",
                    facts.parameters().keySet());
        }
    }

    /** Letters of any language belong to a name: <code>"$NAME部署"</code> is not what it looks like. */
    private boolean longer(String name, Span span, Scope scope) {
        int plain = 0;
        while (plain < name.length() && name.charAt(plain) < 128) {
            plain++;
        }
        String meant = name.substring(0, plain);
        boolean known = facts.isGroovyVariable(meant) || facts.knows(meant, scope, false) == Known.YES;
        if (plain == 0 || plain == name.length() || facts.isGroovyVariable(name) || !known) {
            return false;
        }
        Findings.Draft draft =
                findings.at(Rule.UNDEFINED_IN_GROOVY, facts.file(), span).meant(List.of(meant));
        if (facts.file().text().startsWith("$" + meant, span.start())) {
            draft.edit(span.start(), span.start() + 1 + plain, "${" + meant + "}");
        }
        draft.say("Groovy takes " + name + " for the name of the variable", "write ${" + meant + "}");
        return true;
    }

    private void undefined(String name, Span span, PipelineFacts.TextUse use, String message) {
        if (!given.contains(name) && facts.knows(name, use.scope(), false) == Known.NO) {
            report(name, span, use, message, facts.names(use.scope()));
        }
    }

    private void report(String name, Span span, PipelineFacts.TextUse use, String message, Set<String> names) {
        List<String> meant = Names.meant(name, names);
        boolean script = Set.of("sh", "bat", "powershell", "pwsh").contains(use.step());
        boolean certain =
                facts.declaresParameters() || !meant.isEmpty() || name.chars().anyMatch(Character::isLowerCase);
        findings.at(Rule.UNDEFINED_IN_GROOVY, facts.file(), span)
                .severity(certain ? Severity.ERROR : Severity.WARNING)
                .meant(meant)
                .say(
                        message + name + " here",
                        Names.fix(
                                meant,
                                script
                                        ? "define it; if the shell's own variable is meant, write \\$" + name
                                        : "define it in the pipeline's environment or parameters"));
    }

    // ----------------------------------------------------------------------------------------------- single quotes

    private void literals(Step step) {
        Set<String> arguments = LITERAL.get(step.call().name());
        if (arguments == null) {
            return;
        }
        for (String argument : arguments) {
            boolean sole = step.call().arguments().size() == 1 && arguments.size() == 1;
            Code given = step.call().named().get(argument);
            if (given == null && (sole || argument.equals("message") || argument.equals("path"))) {
                given = step.call().argument(argument);
            }
            if (given instanceof Code.Text text && text.quote().startsWith("'")) {
                literal(step, argument, text);
            }
        }
    }

    private void literal(Step step, String argument, Code.Text text) {
        String value = text.constant();
        Matcher matcher = REFERENCE.matcher(value == null ? "" : value);
        if (!matcher.find()) {
            return;
        }
        String name = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
        boolean known = facts.isGroovyVariable(name) || facts.knows(name, step.scope(), false) != Known.NO;
        if (!known) {
            return;
        }
        boolean inputId = step.is("input") && argument.equals("id");
        Rule rule = inputId ? Rule.INPUT_ID : Rule.SINGLE_QUOTES;
        Findings.Draft draft = findings.at(rule, facts.file(), text.span());
        String source =
                facts.file().text().substring(text.span().start(), text.span().end());
        if (text.quote().equals("'") && source.indexOf('"') < 0 && source.indexOf('\\') < 0) {
            draft.edit(text.span().start(), text.span().end(), "\"" + value + "\"");
        }
        draft.severity(MERE_TEXT.contains(argument) ? Severity.WARNING : Severity.ERROR)
                .say(
                        "The " + argument + " of " + step.call().name() + " has " + matcher.group()
                                + " as it is written, not the value",
                        "put the text in double quotes");
    }
}
