/// The script of pages that ask questions: it judges answers and shows what follows them.
///
/// It stands only in pages with questions and runs behind `StepperScript`, under a policy that knows
/// it by its digest. Without it everything is visible, and the answer is found by following the steps.
enum PredictionScript {
  /// The digest by which a page's Content-Security-Policy knows the script; a test computes it.
  static let digest: StaticString = "sha256-UYlFQQrds8VVtB8XxECLPPmoMAcJPH+u5+g59I/yLUU="

  /// At most 3,200 bytes.
  static let text: StaticString = #"""
    (()=>{"use strict";
    const D=document,li=e=>e.target.closest("li"),
    hash=t=>[2166136261,1540483477].map(a=>{for(const c of new TextEncoder().encode(t))a=Math.imul(a^c,16777619);
    a=Math.imul(a^a>>>15,2246822507);return((a^a>>>13)>>>0).toString(16).padStart(8,"0")}).join(""),
    U={__proto__:null,"":1,b:1,ns:1,us:1e3,"\u00b5s":1e3,ms:1e6,s:1e9,kib:1024,mib:1048576,gib:1073741824},
    normal=t=>{t=t.toLowerCase().trim().replace(/\s+/g," ");
    const m=/^([+-]?)(0x[0-9a-f]+|0b[01]+|0[0-7]+|(?:0|[1-9]\d*)(?:[.,]\d{1,18})?) ?([a-z\u00b5]*)$/.exec(t),u=m&&U[m[3]];
    if(!u)return t;
    const[w,f=""]=m[2].replace(/^0(?=[0-7])/,"0o").split(/[.,]/),n=BigInt(w+f)*BigInt(u),p=10n**BigInt(f.length);
    return n%p?t:(n&&m[1]=="-"?"-":"")+n/p+(/s$/.test(m[3])?"t":"")};
    D.querySelectorAll(".ask").forEach(f=>{
    const d=f.dataset,all=s=>[...f.querySelectorAll(s)],one=s=>f.querySelector(s),out=one("output"),list=one("ol"),
    show=one("[data-show]"),later=[...D.querySelectorAll("[data-after~='"+f.id+"']")],
    done=()=>{for(const e of later){const a=e.dataset.after.split(" ").filter(i=>i&&i!=f.id);e.dataset.after=a.join(" ");e.hidden=a.length>0}
    show.hidden=true},
    say=(parts=[])=>parts.forEach(p=>{if(p.trim)return out.append(p);
    const a=D.createElement("a");[a.textContent,a.href]=p;out.append(a)});
    all("[hidden]").forEach(e=>e.hidden=false);
    for(const e of later)e.hidden=true;
    show.hidden=!later[0];
    show.onclick=()=>{done();out.textContent=d.shown};
    f.onsubmit=e=>{e.preventDefault();
    let n=0,right,x=parseInt(hash(d.salt).slice(0,8),16)|1;
    const cells=all("[data-key]"),text=one("[type=text]"),
    fits=(keys,place,a)=>keys.split(" ").includes(hash(d.salt+place+":"+a)),
    mine=list?all("li").map(l=>l.dataset.n):all(":checked").map(i=>i.value),
    words=JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(d.say),c=>{
    x^=x<<13;x^=x>>>17;x^=x<<5;return c.charCodeAt()^x&255})));
    out.textContent="";
    if(cells[0]){cells.forEach((c,i)=>{const is=fits(c.dataset.key,i,normal(c.value));
    n+=is;c.nextSibling.textContent=is?d.yes:d.no});
    right=n==cells.length;out.append(n+" / "+cells.length+". ")}
    else right=fits(d.keys,"",text?normal(text.value):mine.join());
    out.className=right?"yes":"no";
    say(right?words.r:words.w);
    if(!right)for(const i of mine)say(words.c?.[i]);
    say(words.o);done()};
    if(!list)return;
    let held;
    list.onclick=e=>{const b=e.target,l=li(e),up=b.dataset.move=="up",o=up?l.previousElementSibling:l.nextElementSibling;
    if(!b.dataset.move||!o)return;
    o[up?"before":"after"](l);b.focus();
    const s=all("li");out.textContent=l.firstChild.textContent+": "+(s.indexOf(l)+1)+" / "+s.length};
    list.ondragstart=e=>{held=li(e);e.dataTransfer.setData("text/plain","")};
    list.ondragover=e=>{const o=li(e);if(!held||!o)return;
    e.preventDefault();
    const r=o.getBoundingClientRect();
    if(o!=held)o[e.clientY<r.top+r.height/2?"before":"after"](held)};
    list.ondrop=e=>e.preventDefault();
    list.ondragend=()=>held=0});
    D.addEventListener("click",e=>{const a=e.target.closest('a[href^="#"]');
    let t;try{t=a&&D.getElementById(decodeURIComponent(a.hash.slice(1)))}catch{}
    const h=t&&t.closest("[data-after][hidden]");
    if(h)D.getElementById(h.dataset.after.split(" ")[0]).querySelector("input,select,button").focus()});
    })();
    """#
}
