package dev.octavo

import com.cloudbees.groovy.cps.NonCPS
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

/**
 * What each stage does with the engine, and on which agent. What a stage leaves for the next is in the run's record,
 * which travels between agents as a stash.
 */
class Delivery implements Serializable {
    private static final long serialVersionUID = 1L
    private static final String STASH = 'octavo'
    /** How often a gate asks again because its plan has changed, before the run fails. */
    private static final int ROUNDS = 3
    private static final int ATTEMPTS = 3
    /** How long to wait for an agent for what a delivery can do without, in minutes. */
    private static final int PATIENCE = 10
    /** How far back to look for the last build that knew its microservices. */
    private static final int BUILDS_BACK = 20

    private static final Map MILESTONES = [push: 10, dev: 20, prod: 30]
    private static final Map GATES = [dev: 'deploy-to-dev', prod: 'deploy-to-production']

    private final Object script
    private final Map settings
    private final Engine engine
    private final Gate gate
    private final Notifier notifier
    /** Plans by environment, as the engine returned them. */
    private final Map plans = [:]
    /** Names of stashes with records of branches. */
    private final List stashes = []
    /** Gates that people have been told of. */
    private final List announced = []
    /** Whether anything was deployed or released. */
    private boolean delivered
    /** The commit, once stage 1 has pinned it. */
    private Map source

    Delivery(Object script, Map settings) {
        this.script = script
        this.settings = settings
        this.engine = new Engine(script)
        this.gate = new Gate(script, settings, engine)
        this.notifier = new Notifier(script, settings, engine)
    }

    String label() {
        return settings.label ?: 'maven'
    }

    String defaultProject() {
        return settings.service ?: 'changed'
    }

    /** What PROJECT_NAME offers: the default first, then what the catalog found, in this build or before it. */
    List projects() {
        String known = script.env.OCTAVO_PROJECTS ?: knownBefore()
        List choices = [defaultProject()]
        for (each in ['changed', 'all'] + (known ? known.tokenize(' ') : [])) {
            if (!choices.contains(each)) {
                choices.add(each)
            }
        }
        return choices
    }

    /** A build that failed early, or was restarted from a late stage, has looked at no catalog. */
    private String knownBefore() {
        String known = null
        Object build = script.currentBuild.previousBuild
        for (int back = 0; known == null && build != null && back < BUILDS_BACK; back++) {
            known = build.buildVariables?.OCTAVO_PROJECTS
            build = build.previousBuild
        }
        return known
    }

    /** Stage 1: one commit, and the microservices that it is about. */
    void checkout() {
        inContainer {
            script.checkout(script.scm)
            source = engine.run('source', [
                branch: script.env.BRANCH_NAME ?: script.env.GIT_BRANCH,
                mainBranch: settings.mainBranch,
                version: version(),
                remote: script.env.OCTAVO_GIT_REMOTE,
                perService: settings.perServiceTags,
            ], gitLogin())
            Map found = engine.run('list', [
                directory: settings.directory,
                project: project(),
                variables: allVariables(),
                since: since(),
                clusterNamespace: environmentSettings(since()).namespace,
            ], gitLogin() + (since() ? cluster(since()) : [:]))
            script.env.OCTAVO_PROJECTS = names(found)
            offer()
            engine.run('preflight', [directory: settings.directory, variables: allVariables()])
            script.currentBuild.description = "${project()} ${version() ?: source.shortCommit}".toString()
            keep()
        }
    }

    /**
     * Declarative declared the parameters when this build began, and knew nothing of its catalog. The step properties is
     * no way to tell it: that sets a second list of parameters beside Declarative's, of which Jenkins takes the first,
     * and after a restart of Jenkins it removes what else the job is configured with.
     */
    private void offer() {
        if (!script.env.JENKINS_HOME || (script.env.OCTAVO_STEPS && !engine.plugin())) {
            return // the runner: there is no next build
        }
        try {
            offer(script.currentBuild.rawBuild.parent, 'PROJECT_NAME', projects())
        } catch (SecurityException e) {
            // not allowed to the library of a folder: the next build declares them, for the one after it
        }
    }

    @NonCPS
    private static void offer(Object job, String parameter, List choices) {
        String type = 'hudson.model.ParametersDefinitionProperty'
        Object declared = job.getProperty(type)
        List definitions = []
        boolean changed = false
        for (definition in declared.parameterDefinitions) {
            if (definition.name == parameter && definition.choices != choices) {
                changed = true
                definitions.add(definition.class.newInstance(parameter, choices as String[], definition.description))
            } else {
                definitions.add(definition)
            }
        }
        if (changed) {
            for (property in job.allProperties) {
                if (property.class.name == type) {
                    job.removeProperty(property)
                }
            }
            job.addProperty(declared.class.newInstance(definitions))
        }
    }

    private static String names(Map found) {
        List names = []
        for (service in found.services) {
            names.add(service.name)
        }
        return names.join(' ')
    }

    /** Stage 2. */
    void test() {
        inContainer {
            try {
                engine.run('test', [:])
            } finally {
                script.junit(testResults: '**/target/surefire-reports/TEST-*.xml,**/build/test-results/test/*.xml',
                    allowEmptyResults: true)
            }
        }
    }

    /** Whether stage 3 has a SonarQube to ask; says so where it has not. */
    boolean analyzes() {
        if (sonarUrl() || installation()) {
            return true
        }
        script.echo('not analysed: no SonarQube is configured (setting sonar or variable SONAR_HOST_URL) '
            + '未配置 SonarQube，跳过代码分析')
        return false
    }

    /** Stage 3. */
    void analyze() {
        inContainer {
            if (installation()) {
                // of the SonarQube Scanner plugin: sets SONAR_HOST_URL and SONAR_AUTH_TOKEN
                script.withSonarQubeEnv(installation()) {
                    analyzeAt(script.env.SONAR_HOST_URL)
                }
            } else {
                analyzeAt(sonarUrl())
            }
        }
    }

    private void analyzeAt(String url) {
        Map result = engine.run('analyze', [
            sonarUrl: url,
            projectKey: settings.sonarProjectKey,
            requireConditions: settings.sonarConditions,
        ], [sonarCredentialsId: settings.sonarCredentials])
        for (analyzed in result.services) {
            describe("quality ${analyzed.quality?.status} ${analyzed.quality?.dashboardUrl ?: ''}")
        }
    }

    /** What Jenkins calls the SonarQube that it is configured with; a laptop has no such configuration. */
    private String installation() {
        boolean runner = script.env.OCTAVO_STEPS && !engine.plugin()
        return runner ? null : settings.sonarInstallation
    }

    /** Stage 4. */
    void image() {
        inContainer {
            engine.run('image', target() + [
                builder: settings.builder,
                dockerfile: settings.dockerfile,
                buildArguments: settings.buildArguments,
                platforms: settings.platforms,
                rebuild: settings.rebuild,
            ], registryLogin())
        }
    }

    /** Stage 5, and the plan that the next gate shows. */
    void push() {
        pass('push')
        inContainer {
            Map result = engine.run('push', target(), registryLogin() + [
                signingKeyId: settings.signingKey,
                signingPasswordId: settings.signingPassword,
            ])
            for (pushed in result.services) {
                describe("${pushed.references ? pushed.references[0] : pushed.repository}@${pushed.digest}")
            }
            if (settings.scan) {
                scan(result)
            }
            if (deploysToDev()) {
                plan('dev')
                announceForAll('dev')
            }
            keep()
        }
    }

    /** Lets the team's scanner look at what was pushed, and judges what it reports. */
    private void scan(Map pushed) {
        if (settings.scan.command) {
            for (one in pushed.services) {
                String image = "IMAGE=${one.repository}@${one.digest}".toString()
                String service = "SERVICE=${one.service}".toString()
                script.withEnv([image, service]) {
                    script.sh(label: 'scan', script: settings.scan.command)
                }
            }
        }
        engine.run('scan', [
            report: settings.scan.report,
            severity: settings.scan.severity,
            accepted: settings.scan.accepted,
            maxAge: settings.scan.maxAge,
        ])
    }

    /** Whether this commit goes to dev. */
    boolean deploysToDev() {
        return pinned().mainBranch
    }

    /** Stage 6: as above, and says so where it doesn't. */
    boolean offersToDev() {
        if (deploysToDev()) {
            return true
        }
        script.echo('not deployed to dev: this is not the main branch 不是主分支，不部署到 dev')
        return false
    }

    /** Whether there is a version to release; stage 1 has refused what is none. Says so where there is none. */
    boolean releases() {
        if (version()) {
            return true
        }
        script.echo('no release: TAG_NAME is empty 未填写 TAG_NAME，不发布')
        return false
    }

    /** Stages 6 and 8: through one gate for all microservices, or one for each. */
    void deploy(String environment, String id) {
        if (settings.gates == 'each') {
            deployEach(environment, id)
        } else {
            deployThrough(environment, id, null)
        }
    }

    /**
     * Asks with the plan, outside any agent, then does what was approved; where it is another, asks again.
     *
     * @param service null for all
     */
    private void deployThrough(String environment, String id, String service) {
        int round = 1
        boolean done = false
        while (!done) {
            String asked = gateId(id, service, round)
            Map plan = planned(environment, service, asked)
            if (service && plan.out?.contains(service)) {
                script.echo("${service} is out in ${environment} already, by this run 本次运行已部署，跳过")
                return
            }
            String approver = gate.approve(asked, plan.question, plan, environment == 'prod' || !version())
            if (!service) {
                pass(environment)
            }
            done = deployed(environment, service, plan, approver, round, gateId(id, service, round + 1))
            round++
        }
    }

    private static String gateId(String id, String service, int round) {
        String end = round == 1 ? '' : "-${round}".toString()
        String name = service ? "${id}-${service}".toString().replaceAll('[^A-Za-z0-9_-]', '-') : id
        // longer ones are no IDs of gates
        return name.take(64 - end.length()) + end
    }

    /**
     * A branch for each microservice, with its plan, its gate and its deployment. One that calls others of the run begins
     * in the branch of the last of these.
     */
    private void deployEach(String environment, String id) {
        Turns turns = new Turns(planned(environment, null, null).needs ?: [:])
        Exception failure = null
        try {
            begin(environment, id, turns)
        } catch (Exception e) {
            failure = e
        }
        join(environment, turns.begun())
        plans.remove(environment)
        script.echo(turns.summary(environment))
        if (failure != null) {
            throw failure
        }
    }

    private void begin(String environment, String id, Turns turns) {
        Map branches = [:]
        for (taken in turns.take()) {
            String service = taken
            branches[service] = {
                try {
                    deployThrough(environment, id, service)
                } catch (Exception e) {
                    turns.failed(service, "${e.message}".toString())
                    throw e
                }
                turns.done(service)
                begin(environment, id, turns)
            }
        }
        if (branches) {
            script.parallel(branches)
        }
    }

    /** The branches' records become one again. Without it a restart of this stage asks for more than it had to. */
    private void join(String environment, List services) {
        List stashed = []
        for (service in services) {
            if (stashes.contains(stash(environment, service))) {
                stashed.add(service)
            }
        }
        if (!stashed) {
            return
        }
        try {
            script.timeout(time: PATIENCE, unit: 'MINUTES') {
                onAgent {
                    for (service in stashed) {
                        script.dir(".octavo/branches/${service}".toString()) {
                            script.unstash(stash(environment, service))
                        }
                    }
                    engine.run('source', [pinned: true])
                }
            }
        } catch (FlowInterruptedException e) {
            throw e
        } catch (Exception e) {
            script.echo("the branches' records were not joined 各分支的记录未能合并: ${e.message}")
        }
    }

    private static String stash(String environment, String service) {
        return "${STASH}-${environment}-${service}".toString()
    }

    private boolean deployed(
        String environment, String service, Map approved, String approver, int round, String nextGate) {
        boolean done = false
        onAgent(service ? stash(environment, service) : STASH) {
            try {
                engine.run('deploy', deployment(environment) + [
                    service: service,
                    approvedHash: approved.hash,
                    approver: approver,
                    rollBack: settings.rollBack,
                    atOnce: settings.atOnce,
                    verify: environmentSettings(environment).verify,
                ], cluster(environment))
                done = true
                delivered = true
            } catch (Exception e) {
                // DEPLOY-201: manifests, digest or cluster are others by now, and nothing was written
                if (round >= ROUNDS || !"${e.message}".contains('DEPLOY-201') || "${e.message}".contains('DEPLOY-205')) {
                    throw e
                }
                script.echo("asking again, with a new plan 计划已变化，重新请求批准: ${e.message}")
                plan(environment, service)
                announce(environment, service, nextGate)
            }
        }
        return done
    }

    /** Stage 7: the image under its version, then the tag in git and the forge's release, then the plan for production. */
    void release(String id) {
        Map current = pinned()
        if (notifier.wanted('gate-waits')) {
            onAgent {
                announce(null, null, id)
            }
        }
        String approver = gate.approve(id,
            "Release ${project()} as ${version()} from commit ${current.shortCommit}?\n"
                + "发布 ${project()} ${version()}（提交 ${current.shortCommit}）？", null)
        onAgent {
            engine.run('release', target() + [
                version: version(),
                remote: script.env.OCTAVO_GIT_REMOTE,
                perService: settings.perServiceTags,
                notesInTag: settings.notesInTag,
                taggerName: settings.taggerName,
                taggerMail: settings.taggerMail,
                forge: settings.forge,
                forgeUrl: settings.forgeUrl,
                approver: approver,
            ], registryLogin() + gitLogin() + [forgeCredentialsId: settings.forgeCredentials])
            delivered = true
            plan('prod')
            announceForAll('prod')
        }
    }

    /** The plan for all has been made: where one gate is for all of it, that is what comes next. */
    private void announceForAll(String environment) {
        if (settings.gates != 'each') {
            announce(environment, null, GATES[environment])
        }
    }

    /** Tells people, on the agent that has made the plan, of the gate that opens next. */
    private void announce(String environment, String service, String asked) {
        if (!announced.contains(asked) && notifier.wanted('gate-waits')) {
            announced.add(asked)
            notifier.tell('gate-waits', [environment: environment, service: service, link: gate.link(asked)])
        }
    }

    /** In the pipeline's end: tells people how it was. */
    void finished() {
        String result = script.currentBuild.currentResult
        String event = result == 'SUCCESS' ? (delivered ? 'delivered' : '') : result == 'NOT_BUILT' ? 'superseded' : 'failed'
        if (!event || !notifier.wanted(event)) {
            return
        }
        try {
            script.timeout(time: PATIENCE, unit: 'MINUTES') {
                script.node(label()) {
                    inContainer {
                        try {
                            script.unstash(STASH)
                        } catch (Exception e) {
                            script.echo("this run has left no record 本次运行没有留下记录: ${e.message}")
                        }
                        notifier.tell(event, [link: script.env.BUILD_URL])
                    }
                }
            }
        } catch (Exception e) {
            // the run is over, and how it ended is what matters
            script.echo("nobody was told 通知未发送: ${e.message}")
        }
    }

    /** What has failed on this agent is in its record, which people are told of later. */
    void keepFailure() {
        if (notifier.wanted('failed')) {
            try {
                keep()
            } catch (Exception e) {
                script.echo("the run's record was not kept: ${e.message}")
            }
        }
    }

    /**
     * Builds of the job come by in their order: an older one that is still before this point ends once a newer one has
     * passed it, if the plugin Milestone is there. Builds of chosen microservices do not count, since a newer one of them
     * need not have what an older one has; and releases do not, since each is about a version of its own.
     */
    private void pass(String point) {
        if (version() || project() != defaultProject() || (engine.plugin() && point != 'push')) {
            return
        }
        try {
            script.milestone(ordinal: MILESTONES[point], label: point)
        } catch (NoSuchMethodError e) {
            // no such plugin
        }
    }

    /** Adds to what the list of builds shows of this one. */
    private void describe(String what) {
        script.currentBuild.description = "${script.currentBuild.description ?: ''} · ${what}".toString()
    }

    /** @param service null for all */
    private Map plan(String environment, String service = null) {
        String key = planKey(environment, service)
        String page = ".octavo/plan-${key}.html".toString()
        plans[key] = engine.run('plan', deployment(environment) + [service: service, html: page], cluster(environment))
        return plans[key]
    }

    private static String planKey(String environment, String service) {
        return service ? "${environment}-${service}".toString() : environment
    }

    /** The plan made at the end of the stage before, or a new one where this build was restarted from this stage. */
    private Map planned(String environment, String service, String asked) {
        String key = planKey(environment, service)
        if (!plans[key]) {
            onAgent(service ? stash(environment, service) : STASH) {
                Map made = plan(environment, service)
                if (asked && !(service && made.out?.contains(service))) {
                    announce(environment, service, asked)
                }
            }
        }
        return plans[key]
    }

    /** What stage 1 has pinned; a build that was restarted from a later stage has it from the record. */
    private Map pinned() {
        if (source == null) {
            onAgent { }
        }
        return source
    }

    /**
     * Once more where the agent is lost, or a step that cannot go on meets a restart of Jenkins: all of it may be repeated.
     *
     * @param name of the stash with the record: the run's, or that of a branch
     */
    private void onAgent(String name = STASH, Closure body) {
        if (!engine.plugin()) {
            // a Jenkins of 2022 or older, as KubeSphere has had them, knows no conditions
            onceOnAgent(name, body)
            return
        }
        script.retry(count: ATTEMPTS, conditions: [script.agent(), script.nonresumable()]) {
            onceOnAgent(name, body)
        }
    }

    private void onceOnAgent(String name, Closure body) {
        script.node(label()) {
            inContainer {
                prepared(name, body)
            }
        }
    }

    private void prepared(String name, Closure body) {
        script.checkout(script.scm)
        // a branch begins with the run's record
        script.unstash(stashes.contains(name) ? name : STASH)
        // the branch may have moved on since stage 1: this goes back to the commit that it pinned
        source = engine.run('source', [pinned: true])
        try {
            body()
        } catch (Exception e) {
            try {
                keep(name)
            } catch (Exception lost) {
                // the agent is gone, and why it failed is what matters
                script.echo("the run's record was not kept: ${lost.message}")
            }
            throw e
        }
        keep(name)
    }

    /** Keeps the record for agents to come, and for people in the build's page. */
    private void keep(String name = STASH) {
        script.stash(name: name, includes: '.octavo/**', excludes: '.octavo/images/**', useDefaultExcludes: false)
        String pages = '.octavo/plan-*.html,.octavo/release-*.md'
        if (name == STASH) {
            pages += ',.octavo/run.json'
        } else if (!stashes.contains(name)) {
            stashes.add(name)
        }
        script.archiveArtifacts(artifacts: pages, allowEmptyArchive: true)
    }

    private void inContainer(Closure body) {
        String container = settings.container == null ? 'maven' : settings.container
        // agents that are pods of the Jenkins Kubernetes plugin carry the cluster's own variables
        if (container && script.env.KUBERNETES_SERVICE_HOST) {
            script.container(container) {
                body()
            }
        } else {
            body()
        }
    }

    private Map registryLogin() {
        return [registryCredentialsId: settings.registryCredentials]
    }

    private Map gitLogin() {
        return [gitCredentialsId: settings.gitCredentials]
    }

    /** The cluster's credential; and the registry's, where signatures are looked up there. */
    private Map cluster(String environment) {
        Map chosen = environmentSettings(environment)
        return [
            kubeconfigId: chosen.kubeconfig,
            registryCredentialsId: chosen.signedBy ? settings.registryCredentials : null,
        ]
    }

    private Map target() {
        return [
            registry: settings.registry ?: script.env.REGISTRY,
            namespace: settings.namespace ?: script.env.DOCKERHUB_NAMESPACE,
        ]
    }

    private Map deployment(String environment) {
        Map chosen = environmentSettings(environment)
        Map variables = [:]
        variables.putAll(settings.variables ?: [:])
        variables.putAll(chosen.variables ?: [:])
        return target() + [
            environment: environment,
            manifests: chosen.manifests,
            clusterNamespace: chosen.namespace,
            variables: variables,
            version: environment == 'prod' ? version() : null,
            forceConflicts: chosen.forceConflicts,
            recreate: chosen.recreate,
            signedBy: chosen.signedBy,
        ]
    }

    /** The variables of all environments, for checking manifests before the build. */
    private Map allVariables() {
        Map variables = [:]
        variables.putAll(settings.variables ?: [:])
        for (environment in ['dev', 'prod']) {
            variables.putAll(environmentSettings(environment).variables ?: [:])
        }
        return variables
    }

    private Map environmentSettings(String environment) {
        return settings.environments?.get(environment) ?: [:]
    }

    private String version() {
        return script.params.TAG_NAME?.trim()
    }

    /** The environment whose releases tell what has changed; none where that is not asked, or not configured. */
    private String since() {
        return project() == 'changed' ? settings.changedSince : null
    }

    private String project() {
        return script.params.PROJECT_NAME?.trim() ?: defaultProject()
    }

    private String sonarUrl() {
        return settings.sonar ?: script.env.SONAR_HOST_URL
    }
}
