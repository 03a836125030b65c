package dev.octavo.engine.runner.declarative;

import dev.octavo.engine.api.NearestName;
import dev.octavo.engine.runner.api.SourcePlace;
import dev.octavo.engine.runner.declarative.Model.Agent;
import dev.octavo.engine.runner.declarative.Model.Axis;
import dev.octavo.engine.runner.declarative.Model.Call;
import dev.octavo.engine.runner.declarative.Model.Code;
import dev.octavo.engine.runner.declarative.Model.Condition;
import dev.octavo.engine.runner.declarative.Model.Exclude;
import dev.octavo.engine.runner.declarative.Model.Matrix;
import dev.octavo.engine.runner.declarative.Model.Stage;
import dev.octavo.engine.runner.declarative.Model.Tool;
import dev.octavo.engine.runner.declarative.Model.Variable;
import dev.octavo.engine.runner.declarative.Model.When;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.codehaus.groovy.ast.ASTNode;
import org.codehaus.groovy.ast.VariableScope;
import org.codehaus.groovy.ast.expr.BinaryExpression;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.ConstantExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.GStringExpression;
import org.codehaus.groovy.ast.expr.ListExpression;
import org.codehaus.groovy.ast.expr.MapEntryExpression;
import org.codehaus.groovy.ast.expr.MapExpression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.TupleExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.ast.stmt.BlockStatement;
import org.codehaus.groovy.ast.stmt.EmptyStatement;
import org.codehaus.groovy.ast.stmt.ExpressionStatement;
import org.codehaus.groovy.ast.stmt.ReturnStatement;
import org.codehaus.groovy.ast.stmt.Statement;
import org.codehaus.groovy.syntax.Types;
import org.jspecify.annotations.Nullable;

/** Reads a {@code pipeline} block from Groovy's syntax tree, and checks what Jenkins checks before it runs one. */
final class ModelParser {
    private final String file;
    private final Problems problems;
    private final KnownSteps known;
    private final List<Expression> code = new ArrayList<>();

    ModelParser(String file, Problems problems, KnownSteps known) {
        this.file = file;
        this.problems = problems;
        this.known = known;
    }

    /** The closures that the model's {@link Code} means, by their numbers. */
    List<Expression> code() {
        return code;
    }

    Model pipeline(MethodCallExpression call, ClosureExpression block) {
        SourcePlace place = place(call);
        Agent agent = null;
        List<Variable> environment = List.of();
        List<Call> options = List.of();
        List<Call> parameters = List.of();
        List<Call> libraries = List.of();
        List<Tool> tools = List.of();
        List<Stage> stages = List.of();
        Map<String, Code> post = Map.of();
        boolean hasStages = false;
        boolean hasAgent = false;
        Set<String> seen = new HashSet<>();
        for (MethodCallExpression section : sections(block, "section of pipeline", Vocabulary.PIPELINE, seen)) {
            switch (name(section)) {
                case "agent" -> {
                    hasAgent = true;
                    agent = agent(section);
                }
                case "environment" -> environment = environment(section);
                case "options" -> options = options(section, false);
                case "parameters" -> parameters = parameters(section);
                case "libraries" -> {
                    known.expectMore();
                    libraries = calls(section, "library", List.of("lib"));
                }
                case "tools" -> tools = tools(section);
                case "stages" -> {
                    hasStages = true;
                    stages = stages(section, "stages", false);
                }
                case "post" -> post = post(section);
                case "triggers" -> triggers(section);
                default -> throw new IllegalStateException(name(section));
            }
        }
        if (!hasAgent && !hasUnknownSection(block, Vocabulary.PIPELINE)) {
            problems.syntax(
                    place,
                    "The pipeline has no section \"agent\"",
                    "Declarative Pipeline needs one",
                    "write \"agent any\", or \"agent none\" and give each stage its own");
        }
        if (!hasStages && !hasUnknownSection(block, Vocabulary.PIPELINE)) {
            problems.syntax(
                    place,
                    "The pipeline has no section \"stages\"",
                    "Declarative Pipeline needs one",
                    "write stages { stage('…') { steps { … } } }");
        }
        return new Model(
                agent == null ? new Agent("none", null, place) : agent,
                environment,
                options,
                parameters,
                libraries,
                tools,
                stages,
                post,
                place);
    }

    // sections

    private List<MethodCallExpression> sections(
            ClosureExpression block, String kind, List<String> known, Set<String> seen) {
        List<MethodCallExpression> sections = new ArrayList<>();
        for (Statement statement : statements(block)) {
            MethodCallExpression call = call(statement);
            if (call == null) {
                problems.syntax(
                        place(statement),
                        "There is something that is no " + kind,
                        "only these stand here: " + String.join(", ", known),
                        "move the code into a script { } block in the steps of a stage, or in front of pipeline { }");
                continue;
            }
            String name = name(call);
            if (!known.contains(name)) {
                problems.unknown(place(call), name, kind, known);
            } else if (!seen.add(name)) {
                problems.syntax(
                        place(call),
                        "\"" + name + "\" is there twice",
                        "it may be there once in each " + kind.substring(kind.lastIndexOf(' ') + 1),
                        "put both into one");
            } else {
                sections.add(call);
            }
        }
        return sections;
    }

    private @Nullable Agent agent(MethodCallExpression section) {
        SourcePlace place = place(section);
        Expression argument = soleArgument(section);
        if (argument instanceof VariableExpression || argument instanceof ConstantExpression) {
            String type = argument instanceof VariableExpression variable
                    ? variable.getName()
                    : String.valueOf(((ConstantExpression) argument).getValue());
            if (!type.equals("any") && !type.equals("none")) {
                problems.unknown(place, type, "agent that stands without a block", List.of("any", "none"));
            }
            return new Agent(type, null, place);
        }
        if (argument instanceof ClosureExpression block) {
            List<MethodCallExpression> calls = new ArrayList<>();
            for (Statement statement : statements(block)) {
                MethodCallExpression call = call(statement);
                String bare = bareName(statement);
                if (call == null && bare != null) {
                    if (!bare.equals("any") && !bare.equals("none")) {
                        problems.unknown(place(statement), bare, "type of agent", Vocabulary.AGENTS.keySet());
                    }
                    return new Agent(bare, null, place);
                }
                if (call == null) {
                    problems.syntax(
                            place(statement),
                            "There is something in \"agent\" that is no type of agent",
                            "known: " + String.join(", ", new TreeSet<>(Vocabulary.AGENTS.keySet())),
                            "write one of them");
                } else {
                    calls.add(call);
                }
            }
            if (calls.size() == 1) {
                return agentOfType(calls.get(0));
            }
            problems.syntax(
                    place,
                    calls.isEmpty() ? "\"agent\" names no agent" : "\"agent\" names more than one agent",
                    "it takes exactly one of " + String.join(", ", new TreeSet<>(Vocabulary.AGENTS.keySet())),
                    "write \"agent any\", or agent { label '…' }");
            return null;
        }
        problems.syntax(
                place,
                "\"agent\" says nothing about the agent",
                "it takes any, none, or a block",
                "write \"agent any\", or agent { label '…' }");
        return null;
    }

    private @Nullable Agent agentOfType(MethodCallExpression call) {
        String type = name(call);
        SourcePlace place = place(call);
        List<String> known = Vocabulary.AGENTS.get(type);
        if (known == null) {
            problems.unknown(place, type, "type of agent", Vocabulary.AGENTS.keySet());
            return null;
        }
        Expression argument = soleArgument(call);
        List<MapEntryExpression> entries = new ArrayList<>();
        if (argument instanceof ClosureExpression block) {
            for (Statement statement : statements(block)) {
                MethodCallExpression option = call(statement);
                if (option == null) {
                    problems.syntax(
                            place(statement),
                            "There is something in agent \"" + type + "\" that is no option",
                            "known: " + String.join(", ", known),
                            "write: option 'value'");
                } else if (!known.contains(name(option))) {
                    problems.unknown(place(option), name(option), "option of agent \"" + type + "\"", known);
                } else {
                    Expression value = soleArgument(option);
                    if (value != null) {
                        entries.add(new MapEntryExpression(new ConstantExpression(name(option)), value));
                    }
                }
            }
        } else if (argument instanceof MapExpression map) {
            for (MapEntryExpression entry : map.getMapEntryExpressions()) {
                String key = entry.getKeyExpression().getText();
                if (!known.contains(key)) {
                    problems.unknown(place(entry), key, "option of agent \"" + type + "\"", known);
                }
                entries.add(entry);
            }
        } else if (argument != null) {
            String key = type.equals("docker") ? "image" : "label";
            if (known.contains(key)) {
                entries.add(new MapEntryExpression(new ConstantExpression(key), argument));
            }
        }
        boolean needs = type.equals("label") || type.equals("docker");
        String needed = type.equals("docker") ? "image" : "label";
        if (needs
                && entries.stream()
                        .noneMatch(
                                entry -> needed.equals(entry.getKeyExpression().getText()))) {
            problems.syntax(
                    place,
                    "Agent \"" + type + "\" has no \"" + needed + "\"",
                    "it cannot be chosen without",
                    "write " + type + " '…'");
        }
        return new Agent(type, value(new MapExpression(entries), call), place);
    }

    private List<Variable> environment(MethodCallExpression section) {
        List<Variable> variables = new ArrayList<>();
        Set<String> names = new HashSet<>();
        ClosureExpression block = block(section);
        if (block == null) {
            return variables;
        }
        for (Statement statement : statements(block)) {
            Expression expression = expression(statement);
            if (!(expression instanceof BinaryExpression assignment)
                    || assignment.getOperation().getType() != Types.ASSIGN
                    || !(assignment.getLeftExpression() instanceof VariableExpression)) {
                problems.syntax(
                        place(statement),
                        "There is something in \"environment\" that is no variable",
                        "it holds lines such as NAME = 'value'",
                        "write NAME = 'value'");
                continue;
            }
            String name = ((VariableExpression) assignment.getLeftExpression()).getName();
            if (!names.add(name)) {
                problems.syntax(
                        place(statement),
                        "Variable \"" + name + "\" is there twice",
                        "it may be there once in each \"environment\"",
                        "take one of them away");
                continue;
            }
            Expression right = assignment.getRightExpression();
            if (!isEnvironmentValue(right)) {
                problems.syntax(
                        place(right),
                        "The value of variable \"" + name + "\" is of a kind that Declarative Pipeline does not take",
                        "it takes texts in quotes, calls of functions, and sums of texts",
                        right instanceof VariableExpression variable
                                ? "write \"${" + variable.getName() + "}\""
                                : "put it into quotes: \"${…}\"");
                continue;
            }
            if (right instanceof MethodCallExpression call
                    && call.isImplicitThis()
                    && "credentials".equals(call.getMethodAsString())) {
                Expression id = soleArgument(call);
                if (!(id instanceof ConstantExpression) && !(id instanceof GStringExpression)) {
                    problems.syntax(
                            place(right),
                            "credentials() of variable \"" + name + "\" does not say which",
                            "it takes the ID of a credential as a text",
                            "write " + name + " = credentials('id')");
                    continue;
                }
                variables.add(new Variable(name, true, value(id, id)));
            } else {
                variables.add(new Variable(name, false, value(right, right)));
            }
        }
        if (statements(block).isEmpty()) {
            empty(section);
        }
        return variables;
    }

    private static boolean isEnvironmentValue(Expression value) {
        if (value instanceof BinaryExpression sum) {
            return sum.getOperation().getType() == Types.PLUS
                    && isEnvironmentValue(sum.getLeftExpression())
                    && isEnvironmentValue(sum.getRightExpression());
        }
        return value instanceof ConstantExpression
                || value instanceof GStringExpression
                || value instanceof MethodCallExpression;
    }

    private List<Call> options(MethodCallExpression section, boolean inStage) {
        List<String> known = new ArrayList<>(Vocabulary.WRAPPERS);
        known.addAll(inStage ? Vocabulary.STAGE_SETTINGS : Vocabulary.SETTINGS);
        List<Call> options = calls(section, inStage ? "option of a stage" : "option", known);
        Set<String> names = new HashSet<>();
        for (Call option : options) {
            if (!names.add(option.name())) {
                problems.syntax(
                        option.place(),
                        "Option \"" + option.name() + "\" is there twice",
                        "it may be there once",
                        "take one of them away");
            }
        }
        return options;
    }

    private List<Call> parameters(MethodCallExpression section) {
        List<Call> parameters = calls(section, "type of parameter", Vocabulary.PARAMETERS);
        ClosureExpression block = block(section);
        if (block != null) {
            for (Statement statement : statements(block)) {
                MethodCallExpression call = call(statement);
                if (call != null
                        && Vocabulary.PARAMETERS.contains(name(call))
                        && arguments(call).stream().noneMatch(argument -> argument instanceof MapExpression)) {
                    problems.syntax(
                            place(call),
                            "Parameter \"" + name(call) + "\" has no name",
                            "its arguments have to be named",
                            "write " + name(call) + "(name: '…', …)");
                }
            }
        }
        return parameters;
    }

    private List<Call> calls(MethodCallExpression section, String kind, List<String> known) {
        List<Call> calls = new ArrayList<>();
        ClosureExpression block = block(section);
        if (block == null) {
            return calls;
        }
        if (statements(block).isEmpty()) {
            empty(section);
        }
        for (Statement statement : statements(block)) {
            MethodCallExpression call = call(statement);
            if (call == null) {
                problems.syntax(
                        place(statement),
                        "There is something in \"" + name(section) + "\" that is no " + kind,
                        "known: " + String.join(", ", known),
                        "write name(arguments)");
            } else if (!known.contains(name(call))) {
                problems.unknown(place(call), name(call), kind, known);
            } else if (!isFalse(soleArgument(call))) {
                // option(false) is as if it were not there
                noCallsOnObjects(call, name(section));
                calls.add(new Call(name(call), argumentList(call), place(call)));
            }
        }
        return calls;
    }

    /** Jenkins takes {@code name(…)} there as the value of an argument, and refuses {@code object.name(…)}. */
    private void noCallsOnObjects(MethodCallExpression call, String section) {
        List<Expression> values = new ArrayList<>();
        for (Expression argument : arguments(call)) {
            if (argument instanceof MapExpression map) {
                map.getMapEntryExpressions().forEach(entry -> values.add(entry.getValueExpression()));
            } else {
                values.add(argument);
            }
        }
        for (Expression value : values) {
            if (value instanceof MethodCallExpression method && !method.isImplicitThis()) {
                problems.syntax(
                        place(value),
                        "\"" + section + "\" calls a method of an object: " + method.getText(),
                        "Declarative Pipeline takes such calls only inside of \"script\"",
                        "put the value into a variable before the pipeline, and name that");
            }
        }
    }

    private List<Tool> tools(MethodCallExpression section) {
        List<Tool> tools = new ArrayList<>();
        ClosureExpression block = block(section);
        if (block == null) {
            return tools;
        }
        if (statements(block).isEmpty()) {
            empty(section);
        }
        for (Statement statement : statements(block)) {
            MethodCallExpression call = call(statement);
            Expression version = call == null ? null : soleArgument(call);
            if (call == null || version == null) {
                problems.syntax(
                        place(statement),
                        "There is something in \"tools\" that is no tool",
                        "it holds lines such as maven 'Maven 3'",
                        "write: tool 'name of the installation'");
            } else {
                checkSpelling(call, "tool", Vocabulary.TOOLS);
                tools.add(new Tool(name(call), value(version, call)));
            }
        }
        return tools;
    }

    /** Triggers belong to the job; here it only matters that Jenkins will understand them. */
    private void triggers(MethodCallExpression section) {
        ClosureExpression block = block(section);
        if (block == null) {
            return;
        }
        if (statements(block).isEmpty()) {
            empty(section);
        }
        for (Statement statement : statements(block)) {
            MethodCallExpression call = call(statement);
            if (call == null) {
                problems.syntax(
                        place(statement),
                        "There is something in \"triggers\" that is no trigger",
                        "it holds lines such as cron('H 4 * * *')",
                        "write: trigger('…')");
            } else {
                checkSpelling(call, "trigger", Vocabulary.TRIGGERS);
            }
        }
    }

    /** Plugins bring more of these than are known here: only what is nearly a known one counts as a mistake. */
    private void checkSpelling(MethodCallExpression call, String kind, List<String> known) {
        String given = name(call);
        // every two names of three letters are near each other
        boolean nearly = given.length() > 3
                && NearestName.of(given, known).stream()
                        .anyMatch(likely -> Math.abs(likely.length() - given.length()) <= 2);
        if (!known.contains(given) && nearly) {
            problems.unknown(place(call), given, kind, known);
        }
    }

    private Map<String, Code> post(MethodCallExpression section) {
        Map<String, Code> conditions = new LinkedHashMap<>();
        ClosureExpression block = block(section);
        if (block == null) {
            return conditions;
        }
        if (statements(block).isEmpty()) {
            problems.syntax(
                    place(section),
                    "\"post\" has no condition",
                    "known: " + String.join(", ", Vocabulary.POST),
                    "write post { always { … } }, or take it away");
        }
        for (Statement statement : statements(block)) {
            MethodCallExpression call = call(statement);
            if (call == null) {
                problems.syntax(
                        place(statement),
                        "There is something in \"post\" that is under no condition",
                        "known: " + String.join(", ", Vocabulary.POST),
                        "write post { always { … } }");
                continue;
            }
            String name = name(call);
            if (!Vocabulary.POST.contains(name)) {
                problems.unknown(place(call), name, "condition of \"post\"", Vocabulary.POST);
            } else if (conditions.containsKey(name)) {
                problems.syntax(
                        place(call),
                        "Condition \"" + name + "\" is there twice",
                        "it may be there once in each \"post\"",
                        "put both into one");
            } else if (soleArgument(call) instanceof ClosureExpression steps) {
                checkSteps(steps, call);
                conditions.put(name, closure(steps));
            } else {
                noBlock(call);
            }
        }
        return conditions;
    }

    // stages

    private List<Stage> stages(MethodCallExpression section, String kind, boolean inBranch) {
        List<Stage> stages = new ArrayList<>();
        ClosureExpression block = block(section);
        if (block == null) {
            return stages;
        }
        Map<String, SourcePlace> names = new LinkedHashMap<>();
        for (Statement statement : statements(block)) {
            MethodCallExpression call = call(statement);
            if (call == null || !name(call).equals("stage")) {
                if (call == null) {
                    problems.syntax(
                            place(statement),
                            "There is something in \"" + kind + "\" that is no stage",
                            "it holds stages alone",
                            "write stage('…') { … }");
                } else {
                    problems.unknown(place(call), name(call), "stage", List.of("stage"));
                }
                continue;
            }
            Stage stage = stage(call, inBranch);
            if (stage == null) {
                continue;
            }
            SourcePlace earlier = names.putIfAbsent(stage.name(), stage.place());
            if (earlier != null) {
                problems.syntax(
                        stage.place(),
                        "There are two stages \"" + stage.name() + "\"",
                        "the other one is at " + earlier,
                        "give each its own name");
            }
            stages.add(stage);
        }
        if (statements(block).isEmpty()) {
            problems.syntax(
                    place(section), "\"" + kind + "\" has no stage", "it is empty", "write stage('…') { steps { … } }");
        }
        return stages;
    }

    private @Nullable Stage stage(MethodCallExpression call, boolean inBranch) {
        List<Expression> arguments = arguments(call);
        SourcePlace place = place(call);
        if (arguments.isEmpty()
                || !(arguments.get(0) instanceof ConstantExpression constant)
                || !(constant.getValue() instanceof String)) {
            problems.syntax(
                    place,
                    "A stage has no name",
                    "the name is a text in quotes, without values in it",
                    "write stage('…') { … }");
            return null;
        }
        String name = (String) ((ConstantExpression) arguments.get(0)).getValue();
        if (arguments.size() != 2 || !(arguments.get(1) instanceof ClosureExpression block)) {
            problems.syntax(
                    place,
                    "Stage \"" + name + "\" has no block",
                    "what the stage does stands in it",
                    "write stage('" + name + "') { steps { … } }");
            return null;
        }
        return stageBody(name, place, block, "section of stage \"" + name + "\"", Vocabulary.STAGE, inBranch);
    }

    private Stage stageBody(
            String name,
            SourcePlace place,
            ClosureExpression block,
            String kind,
            List<String> known,
            boolean inBranch) {
        Agent agent = null;
        List<Variable> environment = List.of();
        List<Call> options = List.of();
        List<Tool> tools = List.of();
        When when = null;
        Code input = null;
        boolean failFast = false;
        Code steps = null;
        List<Stage> stages = List.of();
        List<Stage> parallel = List.of();
        Matrix matrix = null;
        Map<String, Code> post = Map.of();
        List<String> contents = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (MethodCallExpression section : sections(block, kind, known, seen)) {
            String sectionName = name(section);
            switch (sectionName) {
                case "agent" -> agent = agent(section);
                case "environment" -> environment = environment(section);
                case "options" -> options = options(section, true);
                case "tools" -> tools = tools(section);
                case "when" -> when = when(section);
                case "input" -> input = input(section);
                case "failFast" -> failFast = isTrue(soleArgument(section));
                case "post" -> post = post(section);
                case "steps" -> {
                    contents.add(sectionName);
                    steps = steps(section);
                }
                case "stages" -> {
                    contents.add(sectionName);
                    stages = stages(section, "stages", inBranch);
                }
                case "parallel" -> {
                    contents.add(sectionName);
                    nested(section, inBranch);
                    parallel = stages(section, "parallel", true);
                }
                case "matrix" -> {
                    contents.add(sectionName);
                    nested(section, inBranch);
                    matrix = matrix(section, name);
                }
                case "axes", "excludes" -> {
                    // read by matrix()
                }
                default -> throw new IllegalStateException(sectionName);
            }
        }
        String what = known.contains("axes") ? "The matrix" : "Stage \"" + name + "\"";
        if (contents.isEmpty() && !seen.contains("steps") && !hasUnknownSection(block, known)) {
            problems.syntax(
                    place,
                    what + " has nothing to do",
                    known.contains("axes") ? "it needs stages" : "it needs one of steps, stages, parallel, matrix",
                    known.contains("axes") ? "write stages { … } in it" : "write steps { … } in it");
        } else if (contents.size() > 1) {
            problems.syntax(
                    place,
                    what + " has " + String.join(" and ", contents),
                    "a stage has one of steps, stages, parallel, matrix",
                    "put each into a stage of its own");
        }
        if (!parallel.isEmpty() || matrix != null) {
            if (agent != null) {
                problems.syntax(
                        agent.place(),
                        what + " has an agent and branches",
                        "an agent around parallel stages would wait for agents of its own",
                        "give each of the branches its agent");
            }
            if (!tools.isEmpty()) {
                problems.syntax(
                        place,
                        what + " has tools and branches",
                        "tools are set up on an agent, and each branch has its own",
                        "give each of the branches its tools");
            }
        }
        return new Stage(
                name,
                agent,
                environment,
                options,
                tools,
                when,
                input,
                failFast,
                steps,
                stages,
                parallel,
                matrix,
                post,
                place);
    }

    private boolean hasUnknownSection(ClosureExpression block, List<String> known) {
        for (Statement statement : statements(block)) {
            MethodCallExpression call = call(statement);
            if (call == null || !known.contains(name(call))) {
                return true; // reported already, and likely what is missing
            }
        }
        return false;
    }

    private void nested(MethodCallExpression section, boolean inBranch) {
        if (inBranch) {
            problems.syntax(
                    place(section),
                    "\"" + name(section) + "\" stands within another parallel or matrix",
                    "Declarative Pipeline takes one level of them",
                    "use the step parallel in a script { } block, or put the stages one after the other");
        }
    }

    private @Nullable Code steps(MethodCallExpression section) {
        ClosureExpression block = block(section);
        if (block == null) {
            return null;
        }
        checkSteps(block, section);
        return closure(block);
    }

    private void checkSteps(ClosureExpression block, MethodCallExpression owner) {
        if (statements(block).isEmpty()) {
            problems.syntax(
                    place(owner),
                    "\"" + name(owner) + "\" has no step",
                    "it is empty",
                    "write a step, such as echo '…'");
        }
        for (Statement statement : statements(block)) {
            checkStep(statement, block);
        }
    }

    private void checkStep(Statement statement, ClosureExpression block) {
        Expression expression = expression(statement);
        if (!(expression instanceof MethodCallExpression call)
                || !call.isImplicitThis()
                || call.getMethodAsString() == null) {
            boolean onObject = expression instanceof MethodCallExpression;
            problems.syntax(
                    place(statement),
                    onObject
                            ? "A method of an object is called among the steps"
                            : "There is Groovy code among the steps",
                    "outside of script { } there are only steps",
                    "put it into script { … }");
            return;
        }
        String name = name(call);
        if (name.equals("stage") || name.equals("properties")) {
            problems.syntax(
                    place(call),
                    "Step \"" + name + "\" stands among the steps of a Declarative Pipeline",
                    "it belongs to scripted pipelines",
                    name.equals("stage") ? "write stages { stage('…') { … } }" : "use options and parameters");
        }
        if (!known.isKnown(name)) {
            problems.add(known.unknown(name, place(call)));
        }
        if (name.equals("parallel") && statements(block).size() > 1) {
            problems.syntax(
                    place(call),
                    "Step \"parallel\" stands beside other steps",
                    "outside of script { } it is the only step of its stage",
                    "put it into script { … }");
        }
        List<Expression> arguments = arguments(call);
        if (!name.equals("script")
                && !arguments.isEmpty()
                && arguments.get(arguments.size() - 1) instanceof ClosureExpression body) {
            for (Statement inner : statements(body)) {
                checkStep(inner, body);
            }
        }
    }

    private Matrix matrix(MethodCallExpression section, String name) {
        ClosureExpression block = block(section);
        List<Axis> axes = new ArrayList<>();
        List<List<Exclude>> excludes = new ArrayList<>();
        if (block == null) {
            return new Matrix(axes, excludes, emptyStage(name, place(section)));
        }
        for (Statement statement : statements(block)) {
            MethodCallExpression call = call(statement);
            if (call != null && name(call).equals("axes")) {
                for (MethodCallExpression axis : children(call, "axis")) {
                    axis(axis, axes);
                }
            } else if (call != null && name(call).equals("excludes")) {
                for (MethodCallExpression exclude : children(call, "exclude")) {
                    List<Exclude> one = new ArrayList<>();
                    for (MethodCallExpression axis : children(exclude, "axis")) {
                        exclude(axis, axes, one);
                    }
                    excludes.add(one);
                }
            }
        }
        if (axes.isEmpty() && problems.isEmpty()) {
            problems.syntax(
                    place(section),
                    "The matrix of stage \"" + name + "\" has no axis",
                    "its cells are made of them",
                    "write axes { axis { name 'OS'; values 'a', 'b' } }");
        }
        Stage cell = stageBody(name, place(section), block, "section of matrix", Vocabulary.MATRIX, true);
        return new Matrix(axes, excludes, cell);
    }

    private static Stage emptyStage(String name, SourcePlace place) {
        return new Stage(
                name, null, List.of(), List.of(), List.of(), null, null, false, null, List.of(), List.of(), null,
                Map.of(), place);
    }

    private List<MethodCallExpression> children(MethodCallExpression section, String expected) {
        List<MethodCallExpression> children = new ArrayList<>();
        ClosureExpression block = block(section);
        if (block == null) {
            return children;
        }
        for (Statement statement : statements(block)) {
            MethodCallExpression call = call(statement);
            if (call != null && name(call).equals(expected)) {
                children.add(call);
            } else {
                problems.unknown(
                        place(statement),
                        call == null ? "this" : name(call),
                        "part of \"" + name(section) + "\"",
                        List.of(expected));
            }
        }
        return children;
    }

    private void axis(MethodCallExpression section, List<Axis> axes) {
        Exclude read = readAxis(section, List.of("name", "values"));
        if (read == null) {
            return;
        }
        if (axes.stream().anyMatch(one -> one.name().equals(read.axis()))) {
            problems.syntax(
                    place(section),
                    "Axis \"" + read.axis() + "\" is there twice",
                    "it may be there once",
                    "put both into one");
            return;
        }
        if (new HashSet<>(read.values()).size() != read.values().size()) {
            problems.syntax(
                    place(section),
                    "Axis \"" + read.axis() + "\" has a value twice",
                    "values: " + String.join(", ", read.values()),
                    "take one of them away");
        }
        axes.add(new Axis(read.axis(), read.values()));
    }

    private void exclude(MethodCallExpression section, List<Axis> axes, List<Exclude> excludes) {
        Exclude read = readAxis(section, List.of("name", "notValues", "values"));
        if (read == null) {
            return;
        }
        List<String> known = axes.stream().map(Axis::name).toList();
        if (!known.contains(read.axis())) {
            problems.unknown(place(section), read.axis(), "axis of the matrix", known);
        }
        excludes.add(read);
    }

    private @Nullable Exclude readAxis(MethodCallExpression section, List<String> known) {
        ClosureExpression block = block(section);
        String name = "";
        boolean not = false;
        List<String> values = new ArrayList<>();
        if (block == null) {
            return null;
        }
        for (Statement statement : statements(block)) {
            MethodCallExpression call = call(statement);
            if (call == null || !known.contains(name(call))) {
                problems.unknown(place(statement), call == null ? "this" : name(call), "part of \"axis\"", known);
                continue;
            }
            List<String> texts = new ArrayList<>();
            for (Expression argument : arguments(call)) {
                if (argument instanceof ConstantExpression constant) {
                    texts.add(String.valueOf(constant.getValue()));
                } else {
                    problems.syntax(
                            place(argument),
                            "An axis has a value that is no text in quotes",
                            "the cells of a matrix are known before it runs",
                            "write the value itself");
                }
            }
            if (name(call).equals("name")) {
                name = texts.isEmpty() ? "" : texts.get(0);
            } else {
                not = name(call).equals("notValues");
                values.addAll(texts);
            }
        }
        if ((name.isEmpty() || values.isEmpty()) && hasUnknownSection(block, known)) {
            return null;
        }
        if (name.isEmpty() || values.isEmpty()) {
            problems.syntax(
                    place(section),
                    name.isEmpty() ? "An axis has no name" : "Axis \"" + name + "\" has no values",
                    "it needs both",
                    "write axis { name 'OS'; values 'a', 'b' }");
            return null;
        }
        return new Exclude(name, not, values);
    }

    // when and input

    private When when(MethodCallExpression section) {
        boolean beforeAgent = false;
        boolean beforeInput = false;
        boolean beforeOptions = false;
        List<Condition> conditions = new ArrayList<>();
        ClosureExpression block = block(section);
        if (block != null) {
            for (Statement statement : statements(block)) {
                MethodCallExpression call = call(statement);
                if (call != null && Vocabulary.WHEN_FLAGS.contains(name(call))) {
                    boolean value = isTrue(soleArgument(call));
                    switch (name(call)) {
                        case "beforeAgent" -> beforeAgent = value;
                        case "beforeInput" -> beforeInput = value;
                        default -> beforeOptions = value;
                    }
                } else {
                    condition(statement, conditions);
                }
            }
            if (conditions.isEmpty() && problems.isEmpty()) {
                problems.syntax(
                        place(section),
                        "\"when\" has no condition",
                        "known: " + String.join(", ", Vocabulary.CONDITIONS),
                        "write one of them, or take \"when\" away");
            }
        }
        return new When(beforeAgent, beforeInput, beforeOptions, conditions);
    }

    private void condition(Statement statement, List<Condition> conditions) {
        MethodCallExpression call = call(statement);
        String bare = bareName(statement);
        if (call == null && bare == null) {
            problems.syntax(
                    place(statement),
                    "There is something in \"when\" that is no condition",
                    "known: " + String.join(", ", Vocabulary.CONDITIONS),
                    "put Groovy code into expression { … }");
            return;
        }
        String name = call == null ? String.valueOf(bare) : name(call);
        SourcePlace place = place(statement);
        if (!Vocabulary.CONDITIONS.contains(name)) {
            List<String> known = new ArrayList<>(Vocabulary.CONDITIONS);
            known.addAll(Vocabulary.WHEN_FLAGS);
            problems.unknown(place, name, "condition of \"when\"", known);
            return;
        }
        Expression argument = call == null ? null : soleArgument(call);
        if (Vocabulary.CONDITIONS_WITH_CHILDREN.contains(name)) {
            List<Condition> children = new ArrayList<>();
            if (argument instanceof ClosureExpression block) {
                for (Statement child : statements(block)) {
                    condition(child, children);
                }
            }
            if (children.isEmpty() || (name.equals("not") && children.size() > 1)) {
                problems.syntax(
                        place,
                        "Condition \"" + name + "\" has "
                                + (children.isEmpty() ? "no condition in it" : "more than one condition in it"),
                        name.equals("not") ? "it takes exactly one" : "it takes at least one",
                        "write " + name + " { branch 'main' }");
            }
            conditions.add(new Condition(name, null, children, place));
        } else if (name.equals("expression")) {
            if (argument instanceof ClosureExpression block) {
                conditions.add(new Condition(name, closure(block), List.of(), place));
            } else {
                problems.syntax(
                        place,
                        "Condition \"expression\" has no block",
                        "its value decides",
                        "write expression { return … }");
            }
        } else {
            Code arguments = call == null ? null : argumentList(call);
            conditions.add(new Condition(name, arguments, List.of(), place));
            boolean needsNothing = List.of("buildingTag", "changeRequest", "isRestartedRun", "tag")
                    .contains(name);
            if (!needsNothing && (call == null || arguments(call).isEmpty())) {
                problems.syntax(
                        place,
                        "Condition \"" + name + "\" does not say what it compares with",
                        "it needs an argument",
                        "write " + name + " '…'");
            }
        }
    }

    private @Nullable Code input(MethodCallExpression section) {
        ClosureExpression block = block(section);
        if (block == null) {
            return null;
        }
        List<MapEntryExpression> entries = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (MethodCallExpression field : sections(block, "field of input", Vocabulary.INPUT, seen)) {
            Expression value = soleArgument(field);
            if (name(field).equals("parameters")) {
                List<Expression> parameters = new ArrayList<>();
                ClosureExpression declared = block(field);
                if (declared != null) {
                    for (Statement statement : statements(declared)) {
                        MethodCallExpression call = call(statement);
                        if (call == null || !Vocabulary.PARAMETERS.contains(name(call))) {
                            problems.unknown(
                                    place(statement),
                                    call == null ? "this" : name(call),
                                    "type of parameter",
                                    Vocabulary.PARAMETERS);
                        } else {
                            parameters.add(call);
                        }
                    }
                }
                entries.add(
                        new MapEntryExpression(new ConstantExpression("parameters"), new ListExpression(parameters)));
            } else if (value != null) {
                entries.add(new MapEntryExpression(new ConstantExpression(name(field)), value));
            }
        }
        if (!seen.contains("message")) {
            problems.syntax(
                    place(section),
                    "\"input\" has no message",
                    "it is what people are asked",
                    "write input { message '…' }");
        }
        return value(new MapExpression(entries), section);
    }

    // syntax tree

    private @Nullable ClosureExpression block(MethodCallExpression call) {
        if (soleArgument(call) instanceof ClosureExpression block) {
            return block;
        }
        noBlock(call);
        return null;
    }

    private void noBlock(MethodCallExpression call) {
        problems.syntax(
                place(call),
                "\"" + name(call) + "\" has no block",
                "what belongs to it stands in one",
                "write " + name(call) + " { … }");
    }

    private void empty(MethodCallExpression section) {
        problems.syntax(place(section), "\"" + name(section) + "\" is empty", "Jenkins refuses it", "take it away");
    }

    private static boolean isFalse(@Nullable Expression value) {
        return value instanceof ConstantExpression constant && Boolean.FALSE.equals(constant.getValue());
    }

    private static boolean isTrue(@Nullable Expression value) {
        return value instanceof ConstantExpression constant && Boolean.TRUE.equals(constant.getValue());
    }

    static List<Statement> statements(ClosureExpression closure) {
        List<Statement> statements = new ArrayList<>();
        if (closure.getCode() instanceof BlockStatement block) {
            for (Statement statement : block.getStatements()) {
                if (!(statement instanceof EmptyStatement)) {
                    statements.add(statement);
                }
            }
        }
        return statements;
    }

    private static @Nullable Expression expression(Statement statement) {
        if (statement instanceof ExpressionStatement one) {
            return one.getExpression();
        }
        return statement instanceof ReturnStatement one ? one.getExpression() : null;
    }

    private static @Nullable String bareName(Statement statement) {
        return expression(statement) instanceof VariableExpression variable ? variable.getName() : null;
    }

    private static @Nullable MethodCallExpression call(Statement statement) {
        return expression(statement) instanceof MethodCallExpression call
                        && call.isImplicitThis()
                        && call.getMethodAsString() != null
                ? call
                : null;
    }

    private static String name(MethodCallExpression call) {
        return String.valueOf(call.getMethodAsString());
    }

    static List<Expression> arguments(MethodCallExpression call) {
        return call.getArguments() instanceof TupleExpression tuple
                ? tuple.getExpressions()
                : List.of(call.getArguments());
    }

    private static @Nullable Expression soleArgument(MethodCallExpression call) {
        List<Expression> arguments = arguments(call);
        return arguments.size() == 1 ? arguments.get(0) : null;
    }

    private Code argumentList(MethodCallExpression call) {
        List<Expression> values = new ArrayList<>();
        for (Expression argument : arguments(call)) {
            values.add(
                    argument instanceof MapExpression map ? new MapExpression(map.getMapEntryExpressions()) : argument);
        }
        return value(new ListExpression(values), call);
    }

    private Code closure(ClosureExpression block) {
        code.add(block);
        return new Code(code.size() - 1, place(block));
    }

    /** Makes a closure of an expression, so that it is evaluated when its time has come. */
    private Code value(Expression expression, ASTNode at) {
        if (expression.getLineNumber() <= 0) {
            expression.setSourcePosition(at);
        }
        ReturnStatement statement = new ReturnStatement(expression);
        statement.setSourcePosition(at);
        // null, not empty: a closure that takes no argument
        ClosureExpression closure =
                new ClosureExpression(null, new BlockStatement(List.of(statement), new VariableScope()));
        closure.setVariableScope(new VariableScope());
        closure.setSourcePosition(at);
        return closure(closure);
    }

    private SourcePlace place(ASTNode node) {
        return new SourcePlace(file, node.getLineNumber());
    }
}
