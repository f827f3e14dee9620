import type { Command } from "commander";
import { CommandError, runCommand } from "./command-error.js";
import { diagnoseDatabase } from "./diagnose-database.js";
import { diagnoseMachine } from "./diagnose-machine.js";
import { diagnoseRedis } from "./diagnose-redis.js";
import type { Finding } from "./finding.js";
import { readSettings, type UseInstallation, useInstallation } from "./open-installation.js";
import { table } from "./table.js";
import type { Terminal } from "./terminal.js";

/** `waybill doctor`: looks at everything that may be wrong with an installation and says what to do. Exits 1 on a failure. */
export function registerDoctor(
  program: Command,
  terminal: Terminal,
  use: UseInstallation = useInstallation,
  env: Readonly<Record<string, string | undefined>> = process.env,
): void {
  program
    .command("doctor")
    .description("look for what is wrong with this installation and say what to do")
    .option("--json", "print for programs")
    .action((options: { json?: true }) =>
      runCommand(terminal, async () => {
        const findings = await diagnose(use, env);
        if (options.json === true) terminal.print(JSON.stringify(findings));
        else {
          const rows = findings.map(({ level, check, sentence }) => [level, check, sentence]);
          for (const line of table(["", "looked at", "finding"], rows)) terminal.print(line);
        }
        const failures = findings.filter(({ level }) => level === "fail").length;
        if (failures > 0)
          terminal.fail(`${failures === 1 ? "1 thing needs" : `${failures} things need`} to be put right.`);
      }),
    );
}

/** What cannot even be opened is a finding too. */
async function diagnose(
  use: UseInstallation,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  let check = "settings";
  try {
    const config = readSettings(env);
    findings.push(...(await diagnoseMachine(config)));
    check = "redis";
    findings.push(...(await diagnoseRedis(config)));
    check = "database";
    findings.push(...(await use(diagnoseDatabase, "reachable")));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    findings.push({ check, level: "fail", sentence: error.message.replaceAll("\n", " ") });
  }
  return findings;
}
